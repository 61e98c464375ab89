namespace Gatekeeper.Rig.UsbRedir;

/// <summary>Packet types of usbredir protocol 0.7 that QEMU uses against a device without bulk streams, bulk receiving and isochronous endpoints.</summary>
public enum RedirType
{
    /// <summary>Both: version and capabilities, first packet each way.</summary>
    Hello = 0,

    /// <summary>Device: plugged.</summary>
    DeviceConnect = 1,

    /// <summary>Device: pulled out.</summary>
    DeviceDisconnect = 2,

    /// <summary>Host: bus reset; has no answer.</summary>
    Reset = 3,

    /// <summary>Device: interfaces of the active configuration.</summary>
    InterfaceInfo = 4,

    /// <summary>Device: endpoints of the active alternate settings.</summary>
    EndpointInfo = 5,

    /// <summary>Host: SET_CONFIGURATION.</summary>
    SetConfiguration = 6,

    /// <summary>Host: GET_CONFIGURATION.</summary>
    GetConfiguration = 7,

    /// <summary>Device: answer to both.</summary>
    ConfigurationStatus = 8,

    /// <summary>Host: SET_INTERFACE.</summary>
    SetAlternate = 9,

    /// <summary>Host: GET_INTERFACE.</summary>
    GetAlternate = 10,

    /// <summary>Device: answer to both.</summary>
    AlternateStatus = 11,

    /// <summary>Host: poll an interrupt endpoint from now on.</summary>
    StartInterruptReceiving = 15,

    /// <summary>Host: stop polling.</summary>
    StopInterruptReceiving = 16,

    /// <summary>Device: answer to both.</summary>
    InterruptReceivingStatus = 17,

    /// <summary>Host: the data packet of this id is not wanted any more.</summary>
    CancelDataPacket = 21,

    /// <summary>Host: answers <see cref="DeviceDisconnect"/>.</summary>
    DisconnectAck = 24,

    /// <summary>Control transfer.</summary>
    ControlPacket = 100,

    /// <summary>Bulk transfer.</summary>
    BulkPacket = 101,

    /// <summary>Interrupt transfer; those from the device come unasked.</summary>
    InterruptPacket = 103,
}
