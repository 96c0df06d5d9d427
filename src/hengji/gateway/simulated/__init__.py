"""Simulated outlets (模拟数据): devices that speak HJ 212 over real TCP, with faults, tampering and a truth file.

They share the codec with the gateway and nothing else; all that they make is labelled as simulated.
"""
