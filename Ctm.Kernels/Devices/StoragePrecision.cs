namespace Ctm.Kernels.Devices;

/// <summary>How exactly weights and histories are kept for the kernels that read them; all arithmetic is in float32.</summary>
public enum StoragePrecision
{
    /// <summary>As float32.</summary>
    Single,

    /// <summary>
    /// In half precision (IEEE 754 binary16) where a device keeps copies for its kernels; where it keeps float32, with the values rounded to
    /// half precision, so that the results are the same.
    /// </summary>
    Half,
}
