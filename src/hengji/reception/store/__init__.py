"""From the journal to rates: decoded Parquet by day, hours and days rolled up of it, rates with their parts, records.

All of it can be made anew from the inbox. Columns throughout: no Python object a packet.
"""
