"""The table of known units: how each is written in target values and what it measures.

A unit that is not here may still be read by the grammar (the nouns behind a number), marked as unknown.
"""

from __future__ import annotations

from enum import StrEnum


class Dimension(StrEnum):
    """What a number counts or measures."""

    RATIO = "ratio"
    SCORE = "score"
    COUNT = "count"
    MONEY = "money"
    DURATION = "duration"
    PHYSICAL = "physical"
    INDEX = "index"
    RANK = "rank"
    NONE = "none"


PERCENT = "%"
_RATIO = "% ‰ 百分比 百分点 个百分点 成"
_SCORE = "分"
_MONEY = "元 万元 亿元 千元 百元 千万元 百万元 元钱 元整 美元 万美元 欧元 港元 角"
_DURATION = (
    "秒 秒钟 分钟 小时 个小时 工时 天 日 个日历天 日历天 自然日 个自然日 工作日 个工作日 工作天 个工作天 周 个周 星期 个星期 "
    "个月 个月份 季度 个季度 年 周年 年度 个年度 学年 个学年 学期 个学期 旬 昼夜"
)
_PHYSICAL = (
    "毫米 厘米 分米 米 千米 公里 里 海里 延米 延长米 微米 纳米 mm cm dm m km M "
    "平方毫米 平方厘米 平方米 平方千米 平方公里 平米 平方 ㎡ m² m2 km² 亩 公顷 顷 亩次 hm² "
    "立方厘米 立方米 立方 立方公里 方 m³ m3 升 毫升 L mL ml 升/秒 立方米/日 立方米/天 "
    "吨 公吨 千克 公斤 斤 克 毫克 微克 t kg g mg 担 吨位 标准吨 标吨 吨标准煤 吨标煤 千克标准煤 吨二氧化碳 吨公里 车公里 "
    "mg/L mg/m3 mg/m³ μg/m3 μg/m³ ug/m3 毫克/升 微克/升 毫克/立方米 微克/立方米 克/立方米 毫克/千克 mg/kg 立方米/秒 m³/s 吨/日 吨/天 t/d "
    "千克/亩 公斤/亩 吨/亩 克/人·日 "
    "℃ 摄氏度 度 °C 千瓦 千瓦时 瓦 兆瓦 兆瓦时 kW kWh kwh MW 度电 伏 千伏 kV kV·A 千伏安 KVA 安 安培 马力 "
    "字节 KB MB GB TB PB M带宽 兆 兆比特 Mbps Gbps MHz GHz 赫兹 分贝 dB dB(A) 流明 勒克斯 帕 千帕 兆帕 MPa 巴 转 "
    "公里/小时 千米/小时 km/h 米/秒"
)
_INDEX = "倍 个指数点 指数点 个基点 基点"
_RANK = "名次 位次"
_COUNT = (
    "个 只 支 枝 件 家 户 人 名 位 口 次 回 遍 趟 场 场次 期 批 批次 届 轮 轮次 份 册 本 部 篇 条 项 款 宗 起 例 案 单 笔 "
    "套 台 台套 套次 台次 辆 辆次 台班 艘 艘次 架 架次 列 班 班次 航次 车次 车 船 座 栋 幢 处 所 间 套间 户次 人次 人天 人日 "
    "人月 人年 人·天 人·次 课时 学时 节 堂 门 门次 科 题 道 张 幅 块 片 面 根 株 棵 丛 颗 粒 尾 头 头份 匹 羽 枚 把 盏 "
    "盒 箱 袋 包 瓶 桶 罐 卷 盘 副 双 对 打 组 组次 队 支队 伍 团 群 层 段 段次 点 点位 点次 个点 个点位 个点次 站 站点 站次 "
    "线 路 网 口井 井次 眼 孔 眼井 孔次 样 样次 样品 批样 个样 个样品 个样本 个次 个班 个班次 件次 件套 份次 篇次 条次 项次 家次 "
    "宗次 起次 例次 床 床位 张床位 张床 席 席位 车位 泊位 床日 床次 票 票次 字 页 集 版 版次 帧 帖 首 "
    "幕 出 剂 剂次 针 针次 支次 管 具 具次 顶 台件 册次 村 乡 镇 街道 社区 县 市 区 省 州 校 "
    "所次 厂 栏 类 种 级 等 档 岁 步 格 环 圈 局 宗地 标段 枚次 机位 芯 端口 条线路 路视频 人/次 点击量 "
    "测点 个测点 工作量当量 个工作量当量 标箱 TEU 票据 词条 数据 条数据 条信息 颗次 人份 门课 门课程 "
    "份报告 项目 个项目 节次 节课 宗案件 间房 间次 车辆"
)
_TABLE = (
    (_RATIO, Dimension.RATIO), (_SCORE, Dimension.SCORE), (_COUNT, Dimension.COUNT), (_MONEY, Dimension.MONEY),
    (_DURATION, Dimension.DURATION), (_PHYSICAL, Dimension.PHYSICAL), (_INDEX, Dimension.INDEX),
    (_RANK, Dimension.RANK),
)  # fmt: skip

# Written alone these are no measure of anything, or they are words of a longer noun.
_NOT_ALONE = frozenset(
    [
        "线",
        "路",
        "网",
        "数据",
        "任务",
        "主体",
        "对象",
        "服务",
        "团队",
        "人才",
        "项目",
        "单元",
        "户籍",
        "样品",
        "户数",
        "例数",
        "样式",
    ]
)

DIMENSIONS: dict[str, Dimension] = {
    unit: dimension for units, dimension in _TABLE for unit in units.split() if unit not in _NOT_ALONE
}
LONGEST = max(map(len, DIMENSIONS))
# 百分之…, 百分比 and ％ are one unit.
CANONICAL = {"百分比": PERCENT}

# Measure words that Chinese numerals stand before in prose (三次, 一批). Others would catch 一体, 一线, 三方, 一级.
AFTER_NUMERALS = frozenset(
    [
        "个",
        "次",
        "份",
        "家",
        "户",
        "人",
        "名",
        "场",
        "场次",
        "期",
        "批",
        "批次",
        "套",
        "台",
        "辆",
        "艘",
        "篇",
        "条",
        "项",
        "件",
        "起",
        "宗",
        "例",
        "轮",
        "册",
        "本",
        "人次",
        "辆次",
        "航次",
        "天",
        "日",
        "小时",
        "个小时",
        "个月",
        "年",
        "周",
        "个工作日",
        "工作日",
        "个季度",
        "季度",
        "元",
        "万元",
        "亩",
        "公里",
        "米",
        "吨",
        "%",
        "处",
        "座",
        "所",
        "间",
        "张",
        "幅",
        "块",
        "支",
        "只",
        "株",
        "棵",
        "头",
        "部",
        "遍",
        "趟",
        "回",
        "班",
        "课时",
        "学时",
        "节",
        "对",
        "组",
        "名次",
        "位",
        "倍",
        "分钟",
        "成",
        "个测点",
        "个百分点",
    ]
)

PERIODS = {
    "小时": "hour", "天": "day", "日": "day", "工作日": "day", "周": "week", "星期": "week", "月": "month", "月度": "month",
    "季度": "quarter", "季": "quarter", "半年": "half_year", "年": "year", "年度": "year", "学期": "term", "次": "time",
    "d": "day", "h": "hour", "a": "year",
}  # fmt: skip


def dimension_of(unit: str | None) -> Dimension:
    """What a unit measures; a compound one (元/亩) what its first part does; NONE where it is not known."""
    if not unit:
        return Dimension.NONE
    found = DIMENSIONS.get(unit)
    if found is not None:
        return found
    first = unit.split("/")[0]
    return DIMENSIONS.get(first, Dimension.NONE) if first != unit else Dimension.NONE


def known_unit(text: str, start: int, end: int) -> int:
    """Where the longest known unit that begins at `start` ends; `start` where none does."""
    stop = min(end, start + LONGEST)
    while stop > start:
        if text[start:stop] in DIMENSIONS:
            return stop
        stop -= 1
    return start
