"""The embedded estate of `remediator demo`: an emulated cloud, repositories and states."""
