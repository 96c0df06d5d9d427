"""Reception of HJ 212 over TCP: a durable inbox, a register of devices, host commands, and outlets that are simulated.

The codec (`hj212`) knows bytes only; clock, sockets and files are here. Nothing is answered before it is on the disk.
"""
