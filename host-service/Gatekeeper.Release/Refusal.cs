namespace Gatekeeper.Release;

/// <summary>Why something was refused. The class of invariant I09 is a property of the code: see <see cref="RefusalCatalogue"/>.</summary>
public enum Refusal
{
    // (a) Not a candidate: no bus traffic beyond enumeration, no pixel.

    /// <summary>A descriptor is malformed (USB 2.0 chapter 9, USB 3.2 chapter 9).</summary>
    DescriptorMalformed,

    /// <summary>A well-formed device that is not a plain storage stick and that no rule names.</summary>
    DeviceNotAllowed,

    /// <summary>A storage device with anything beside it: another interface, configuration or class.</summary>
    DeviceComposite,

    /// <summary>Storage that speaks UAS only.</summary>
    DeviceUasOnly,

    /// <summary>The device changed its descriptors, or another identity appeared on the port at once.</summary>
    DeviceChanged,

    /// <summary>Too many connects on one port within a minute.</summary>
    DeviceFlapping,

    // (b) Candidate without valid signed metadata: read with the allowed commands, deauthorized, no pixel.

    /// <summary>The stick broke the Bulk-Only Transport or SCSI rules.</summary>
    StickProtocol,

    /// <summary>The stick did not answer in time.</summary>
    StickTimeout,

    /// <summary>The stick was pulled, or a transfer failed.</summary>
    StickGone,

    /// <summary>Capacity, block size or device type outside what is read.</summary>
    StickGeometry,

    /// <summary>No file system that is read here.</summary>
    NoFileSystem,

    /// <summary>A file system whose structures contradict each other.</summary>
    FileSystemDamaged,

    /// <summary>A readable file system without a release file.</summary>
    NoRelease,

    /// <summary>The file does not follow FORMAT.md.</summary>
    FileMalformed,

    /// <summary>Metadata does not follow the profile of FORMAT.md.</summary>
    MetadataMalformed,

    /// <summary>A role's threshold of valid signatures is not met.</summary>
    SignatureMissing,

    /// <summary>No root on the stick continues the trusted root.</summary>
    RootUnknown,

    /// <summary>Metadata older than what the device has confirmed.</summary>
    MetadataRollback,

    /// <summary>Metadata parts that do not belong together.</summary>
    MetadataMismatch,

    /// <summary>Metadata past its date, on a device whose policy refuses that.</summary>
    MetadataExpired,

    /// <summary>A root that continues the trusted one but whose roles need key types this device does not know.</summary>
    RootUnusable,

    // (c) Valid signed metadata: a plain sentence.

    /// <summary>The release is for another product.</summary>
    OtherProduct,

    /// <summary>The release is for other hardware.</summary>
    OtherHardware,

    /// <summary>The release is the one that runs.</summary>
    InstalledAlready,

    /// <summary>The release is below the version floor.</summary>
    TooOld,

    /// <summary>The running version is below what the release may replace.</summary>
    TooFar,

    /// <summary>The release needs a newer reader than this device has.</summary>
    NeedsNewerReader,

    /// <summary>The release document is signed but does not follow FORMAT.md.</summary>
    ReleaseMalformed,

    /// <summary>The file is damaged or incomplete.</summary>
    FileDamaged,

    /// <summary>The release does not fit the device's slots.</summary>
    DoesNotFit,

    /// <summary>The stick was pulled, or failed, after its release was verified and before it was copied.</summary>
    PulledTooEarly,

    // (c) Permits and approvals.

    /// <summary>The permit names another device or product.</summary>
    PermitOtherDevice,

    /// <summary>The permit answers no challenge that is open here, or one that was used already.</summary>
    PermitNotAsked,

    /// <summary>The permit allows another action, or another release, than the one asked for.</summary>
    PermitForOther,

    /// <summary>The permit brings device facts to a device that has them.</summary>
    ProvisionedAlready,

    /// <summary>A permit, approval or site root needs a newer reader than this device has.</summary>
    PermitNeedsNewerReader,

    /// <summary>A permit, approval or site root is signed but does not follow FORMAT.md.</summary>
    PermitMalformed,

    /// <summary>The device has a site root, and that has not approved the release.</summary>
    ApprovalMissing,

    /// <summary>The site has withdrawn its approval of the release.</summary>
    ApprovalWithdrawn,

    /// <summary>The device knows a newer word of the site on the same release.</summary>
    ApprovalOlder,

    /// <summary>The approval is for another product.</summary>
    ApprovalOtherProduct,

    /// <summary>The device keeps as many approvals as it can hold.</summary>
    ApprovalsFull,

    /// <summary>The site root is the one the device has, or an older one.</summary>
    SiteRootKnown,

    /// <summary>A site root between the device's and this one is missing.</summary>
    SiteRootGap,

    /// <summary>The device keeps as many permits for peripherals as it can hold.</summary>
    PeripheralsFull,

    // The device's own state: nothing is wrong with the stick.

    /// <summary>The device's own facts or trust state are missing.</summary>
    State,

    /// <summary>The boot record does not say beyond doubt which slot set runs.</summary>
    BootRecord,

    /// <summary>A slot could not be written or read back.</summary>
    SlotMedium,

    /// <summary>The running slot set is on trial.</summary>
    OnTrial,

    /// <summary>The new version did not report healthy; the device is back on the old one.</summary>
    HealthFailed,

    // Gatekeeper.Update: the device's own state, too.

    /// <summary>The device is in use; an install waits until it is not (I15).</summary>
    InUse,

    /// <summary>The running slot set does not match its record, and the other one does: that one is to be started, nothing is written.</summary>
    RunningSetDamaged,

    /// <summary>The boot loader's variable store has no room for the writes of an install.</summary>
    BootSpace,

    /// <summary>The staged copy could not be written or read.</summary>
    StageMedium,

    /// <summary>The audit log cannot be written, so nothing that needs an entry may happen (I13).</summary>
    AuditLog,

    /// <summary>The policy asks for a PIN, and nobody has one on this device.</summary>
    NobodyEnrolled,

    /// <summary>A person at the device was asked, and said no or nothing.</summary>
    NotConfirmed,
}
