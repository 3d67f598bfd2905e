"""The control plane: locations, launch, automation, hosts. It never loads user code."""
