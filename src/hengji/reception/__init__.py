"""What was received of outlets, as it lies in a gateway's folder: inbox, register of devices, state, rates, suspicions.

The gateway writes it, commands and the site read it; so it lies below the doors. No sockets, no terminal, no framework.
"""
