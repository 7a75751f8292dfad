"""The runtime both servers share: health, reflection, channelz, interceptors, workers, drain.

Nothing is imported here: workers use some of these modules without gRPC.
"""
