"""`hengji gateway`, `outlets`, `suspicion` and `simulate`: hand over to the reception, which is a door of its own."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer


def gateway(context: typer.Context) -> None:
    """HJ 212 接收网关：gateway 文件夹；另有 roll、rates、records、packet、ask、verify、export，见 --help。/ HJ 212 gateway, rates, requests to devices."""
    _hand_over("gateway", context)


def outlets(context: typer.Context) -> None:
    """排放口现状：最后接收、今日应收实收、隔离、报警。/ State of outlets as the gateway sees them."""
    _hand_over("outlets", context)


def suspicion(context: typer.Context) -> None:
    """在线数据疑似异常：理由、时段、原始数据包，需现场核实。/ Signs of odd data, with reasons; site proof needed."""
    _hand_over("suspicion", context)


def simulate(context: typer.Context) -> None:
    """模拟排放口，经TCP向网关发送模拟数据，并写出真值。/ Simulated outlets over TCP, with a truth file."""
    _hand_over("simulate", context)


def _hand_over(command: str, context: typer.Context) -> NoReturn:
    os.execv(sys.executable, [sys.executable, "-m", "hengji.gateway", command, *context.args])
