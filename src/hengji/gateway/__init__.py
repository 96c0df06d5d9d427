"""Reception of HJ 212 over TCP: judging packets, host commands, and outlets that are simulated.

The codec (`hj212`) knows bytes only; sockets and tasks are here, the folder is `reception`. Nothing is answered before it is on the disk.
"""
