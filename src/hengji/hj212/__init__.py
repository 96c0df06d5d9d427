"""HJ 212, the protocol of online monitoring (污染物在线监控系统数据传输): 2005, 2017 and 2025, without sockets.

`Reader` and `decode` read, `write` and its neighbours write, `reply` answers in the dialect of the device, `Joiner` puts
split packets together. Nothing here knows a clock, a socket or anything else of hengji.
"""
