namespace Ctm.Kernels.Devices;

/// <summary>The device that was asked for is not there. The message lists those that are.</summary>
public sealed class DeviceNotFoundException(string message) : Exception(message);
