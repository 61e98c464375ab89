namespace Gatekeeper.Release;

using Entry = KeyValuePair<Refusal, RefusalText>;

public static partial class RefusalCatalogue
{
    private const string UseStick = "Use a plain USB stick.";
    private const string CopyAgain = "Copy the file again or use another stick.";
    private const string AskFile = "Ask the manufacturer for the right file.";
    private const string Service = "Call service and tell them this code.";

    private static Entry[] NotCandidates() =>
    [
        Text(Refusal.DescriptorMalformed, "U-01", RefusalClass.NotACandidate, "This USB device is faulty.", UseStick, "descriptors are malformed"),
        Text(Refusal.DeviceNotAllowed, "U-02", RefusalClass.NotACandidate, "This USB device is not allowed here.", UseStick, "no rule allows this device"),
        Text(Refusal.DeviceComposite, "U-03", RefusalClass.NotACandidate, "This USB device is more than a stick.", UseStick, "storage with something beside it"),
        Text(Refusal.DeviceUasOnly, "U-04", RefusalClass.NotACandidate, "This USB drive is of a kind that is not read here.", UseStick, "storage that speaks UAS only"),
        Text(Refusal.DeviceChanged, "U-05", RefusalClass.NotACandidate, "This USB device changed what it says it is.", "Remove it and do not use it again.", "descriptors or identity changed"),
        Text(Refusal.DeviceFlapping, "U-06", RefusalClass.NotACandidate, "This port was switched off after too many plug-ins.", "Check the stick, then switch the port on in service mode.", "too many connects; port disabled"),
    ];

    private static Entry[] Unsigned() =>
    [
        Text(Refusal.StickProtocol, "U-20", RefusalClass.NoSignedMetadata, "The stick gives wrong answers.", "Use another stick.", "command failed, or a rule of Bulk-Only Transport or SCSI broken"),
        Text(Refusal.StickTimeout, "U-21", RefusalClass.NoSignedMetadata, "The stick is too slow.", "Use another stick.", "no answer in time"),
        Text(Refusal.StickGone, "U-22", RefusalClass.NoSignedMetadata, "The stick was pulled out too early.", "Plug it in again and leave it in.", "stick gone"),
        Text(Refusal.StickGeometry, "U-23", RefusalClass.NoSignedMetadata, "The stick has a size that is not read here.", "Use another stick.", "capacity, block size or device type not read"),
        Text(Refusal.NoFileSystem, "U-24", RefusalClass.NoSignedMetadata, "The stick is not formatted as FAT32 or exFAT.", "Format the stick as exFAT and copy the file again.", "no file system that is read"),
        Text(Refusal.FileSystemDamaged, "U-25", RefusalClass.NoSignedMetadata, "The stick's file system is damaged.", "Format the stick and copy the file again.", "file system contradicts itself"),
        Text(Refusal.NoRelease, "U-26", RefusalClass.NoSignedMetadata, "There is no update file on the stick.", "Copy the .gku file to the stick.", "no release file"),
        Text(Refusal.FileMalformed, "U-27", RefusalClass.NoSignedMetadata, "The file is not an update file.", CopyAgain, "file does not follow the format"),
        Text(Refusal.MetadataMalformed, "U-28", RefusalClass.NoSignedMetadata, "The update file's signed part is damaged.", CopyAgain, "metadata does not follow the format"),
        Text(Refusal.SignatureMissing, "U-29", RefusalClass.NoSignedMetadata, "The update file is not signed for this device.", AskFile, "threshold of valid signatures not met"),
        Text(Refusal.RootUnknown, "U-30", RefusalClass.NoSignedMetadata, "The update file is from another maker.", AskFile, "a root does not continue the trusted root"),
        Text(Refusal.RootUnusable, "U-31", RefusalClass.NoSignedMetadata, "The update file needs newer keys than this device can check.", AskFile, "a new root needs unknown key types"),
        Text(Refusal.MetadataRollback, "U-32", RefusalClass.NoSignedMetadata, "The update file is older than what this device has seen.", "Ask the manufacturer for the newest file.", "metadata version below the confirmed one"),
        Text(Refusal.MetadataMismatch, "U-33", RefusalClass.NoSignedMetadata, "Parts of the update file do not belong together.", CopyAgain, "metadata parts do not belong together"),
        Text(Refusal.MetadataExpired, "U-34", RefusalClass.NoSignedMetadata, "The update file is past its date.", "Ask the manufacturer for the newest file.", "metadata expired and policy refuses"),
    ];

    private static Entry[] Releases() =>
    [
        Text(Refusal.OtherProduct, "R-01", RefusalClass.SignedMetadata, "This update is for {release_product}. This device is {device_product}.", "Use the file for {device_product}.", "release for another product"),
        Text(Refusal.OtherHardware, "R-02", RefusalClass.SignedMetadata, "This update is not for hardware {device_hardware}.", "Ask the manufacturer for the file for {device_hardware}.", "release for other hardware"),
        Text(Refusal.InstalledAlready, "R-03", RefusalClass.SignedMetadata, "Version {release_version} is installed already.", "You can remove the stick.", "release runs already"),
        Text(Refusal.TooOld, "R-04", RefusalClass.SignedMetadata, "Version {release_version} is too old. This device runs {running_version}.", "Use a newer file.", "release below the version floor"),
        Text(Refusal.TooFar, "R-05", RefusalClass.SignedMetadata, "Version {release_version} cannot follow {running_version} directly.", "Ask the manufacturer for the version between.", "running version below what the release replaces"),
        Text(Refusal.NeedsNewerReader, "R-06", RefusalClass.SignedMetadata, "This update needs a newer device program.", "Ask the manufacturer for the version between.", "release needs a newer reader"),
        Text(Refusal.FileDamaged, "R-07", RefusalClass.SignedMetadata, "The update file is damaged or incomplete.", CopyAgain, "file is not what was signed"),
        Text(Refusal.DoesNotFit, "R-08", RefusalClass.SignedMetadata, "This update does not fit this device.", AskFile, "release does not fit the slots"),
        Text(Refusal.ReleaseMalformed, "R-09", RefusalClass.SignedMetadata, "The update file was made with a mistake.", "Tell the manufacturer this code.", "signed release document does not follow the format"),
        Text(Refusal.PulledTooEarly, "R-10", RefusalClass.SignedMetadata, "The stick was pulled out or stopped answering before the update was copied.", "Plug it in again, or use another stick.", "stick lost before its release was copied"),
    ];

    private static Entry[] Permits() =>
    [
        Text(Refusal.PermitOtherDevice, "P-01", RefusalClass.SignedMetadata, "This permit is for another device.", "Use the permit that was made for this device.", "permit for another device or product"),
        Text(Refusal.PermitNotAsked, "P-02", RefusalClass.SignedMetadata, "This device did not ask for this permit, or used it already.", "Ask for a new permit in service mode.", "permit answers no open challenge"),
        Text(Refusal.PermitForOther, "P-03", RefusalClass.SignedMetadata, "This permit is for something else than what was asked for.", "Ask for a permit for exactly this.", "permit for another action or release"),
        Text(Refusal.ProvisionedAlready, "P-04", RefusalClass.SignedMetadata, "This device is set up already.", "You can remove the stick.", "permit to provision a provisioned device"),
        Text(Refusal.PermitNeedsNewerReader, "P-05", RefusalClass.SignedMetadata, "This permit or approval needs a newer device program.", "Update the device first, then try again.", "permit, approval or site root needs a newer reader"),
        Text(Refusal.PermitMalformed, "P-06", RefusalClass.SignedMetadata, "This permit or approval was made with a mistake.", "Tell the people who signed it this code.", "signed permit, approval or site root does not follow the format"),
        Text(Refusal.ApprovalMissing, "P-07", RefusalClass.SignedMetadata, "The hospital has not approved this version.", "Ask the hospital's technical department for its approval file.", "no site approval of this release"),
        Text(Refusal.ApprovalWithdrawn, "P-08", RefusalClass.SignedMetadata, "The hospital has withdrawn its approval of this version.", "Ask the hospital's technical department which version to use.", "site approval of this release withdrawn"),
        Text(Refusal.ApprovalOlder, "P-09", RefusalClass.SignedMetadata, "This device knows a newer decision of the hospital on this version.", "Ask the hospital's technical department for its newest file.", "site approval older than the one kept"),
        Text(Refusal.ApprovalOtherProduct, "P-10", RefusalClass.SignedMetadata, "This approval is for another product. This device is {device_product}.", "Ask for the approval for {device_product}.", "site approval for another product"),
        Text(Refusal.ApprovalsFull, "P-11", RefusalClass.SignedMetadata, "This device cannot remember more decisions of the hospital.", Service, "site approvals at their limit"),
        Text(Refusal.SiteRootKnown, "P-12", RefusalClass.SignedMetadata, "This device has these hospital keys already, or newer ones.", "You can remove the stick.", "site root not newer than the one kept"),
        Text(Refusal.SiteRootGap, "P-13", RefusalClass.SignedMetadata, "Hospital keys between this device's and these are missing.", "Bring all the hospital's key files, the oldest first.", "site root does not follow the one kept"),
        Text(Refusal.PeripheralsFull, "P-14", RefusalClass.SignedMetadata, "This device cannot remember more accessories.", "Have one forgotten, then use the stick again.", "permitted peripherals at their limit"),
    ];

    private static Entry[] Devices() =>
    [
        Text(Refusal.State, "D-01", RefusalClass.Device, "This device must be set up again.", Service, "facts or trust state missing"),
        Text(Refusal.BootRecord, "D-02", RefusalClass.Device, "This device does not know which system it runs.", Service, "boot record and running system disagree"),
        Text(Refusal.SlotMedium, "D-03", RefusalClass.Device, "The update could not be written.", Service, "slot write or read-back failed"),
        Text(Refusal.OnTrial, "D-04", RefusalClass.Device, "The last update is still being checked.", "Wait a few minutes.", "running set is on trial"),
        Text(Refusal.HealthFailed, "D-05", RefusalClass.Device, "The update did not start well. The device runs {running_version} as before.", Service, "new version did not report healthy"),
        Text(Refusal.InUse, "D-06", RefusalClass.Device, "The device is in use.", "The update goes on when it is free.", "device in use"),
        Text(Refusal.RunningSetDamaged, "D-07", RefusalClass.Device, "The running system is damaged; the other one is whole.", Service, "running slot set does not match its record"),
        Text(Refusal.BootSpace, "D-08", RefusalClass.Device, "The boot record of this device is full.", Service, "no room in the boot loader's variable store"),
        Text(Refusal.StageMedium, "D-09", RefusalClass.Device, "The update could not be copied to this device.", Service, "staged copy could not be written or read"),
        Text(Refusal.AuditLog, "D-10", RefusalClass.Device, "This device cannot keep its log.", Service, "audit log cannot be written"),
        Text(Refusal.NobodyEnrolled, "D-11", RefusalClass.Device, "This device asks for a PIN, and nobody has one here yet.", "Have your PIN set up in service mode, then use the stick again.", "a PIN is asked for and nobody is enrolled"),
        Text(Refusal.NotConfirmed, "D-12", RefusalClass.Device, "The update was not confirmed. Nothing was changed.", "To be asked again, plug the stick in again.", "nobody confirmed the release"),
    ];

    private static Entry Text(Refusal refusal, string code, RefusalClass shown, string sentence, string nextStep, string audit) =>
        new(refusal, new RefusalText(code, shown, sentence, nextStep, audit));
}
