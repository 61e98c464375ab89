namespace Gatekeeper.Rig.UsbRedir;

/// <summary>Bus speed, in the numbers of usbredir protocol 0.7. QEMU takes it as a label; what it slows down is up to the device.</summary>
public enum BusSpeed : byte
{
    /// <summary>1.5 Mbit/s.</summary>
    Low = 0,

    /// <summary>12 Mbit/s.</summary>
    Full = 1,

    /// <summary>480 Mbit/s.</summary>
    High = 2,

    /// <summary>5 Gbit/s.</summary>
    Super = 3,
}

/// <summary>How an endpoint transfers: bmAttributes of USB 2.0 table 9-13, and the numbers of usbredir.</summary>
public enum EndpointType : byte
{
    /// <summary>Control.</summary>
    Control = 0,

    /// <summary>Isochronous: can be described, not served.</summary>
    Isochronous = 1,

    /// <summary>Bulk.</summary>
    Bulk = 2,

    /// <summary>Interrupt.</summary>
    Interrupt = 3,
}
