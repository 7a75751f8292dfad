"""The runtime both servers share: health, reflection, channelz, interceptors, workers, drain."""
