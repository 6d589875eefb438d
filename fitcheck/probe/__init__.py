"""What this machine is. Read in a child process, because a driver may hang; only this room touches NVML and psutil."""
