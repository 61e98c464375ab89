namespace Gatekeeper.Release;

/// <summary>Every limit on what comes from outside, in one file, each with its reason (I11). A limit is ours unless it names a standard.</summary>
public static class Limits
{
    /// <summary>Bytes of one TUF metadata file. Ours; the largest real one seen is 70 KiB.</summary>
    public const int MaxMetadataBytes = 512 * 1024;

    /// <summary>Root versions in one file. DESIGN §5: one a quarter for 64 years.</summary>
    public const int MaxRoots = 256;

    // Release file and metadata (Gatekeeper.Release).

    /// <summary>Bytes of one root. Ours; 64 Ed25519 keys and as many signatures are 28 KiB.</summary>
    public const int MaxRootBytes = 64 * 1024;

    /// <summary>Bytes of all metadata of a file together, because all of it is held in memory. Ours; 256 roots of 12 KiB and the rest.</summary>
    public const int MaxMetadataTotalBytes = 4 * 1024 * 1024;

    /// <summary>Signatures of one metadata file. Ours; a role of more people than that is not met in practice.</summary>
    public const int MaxSignatures = 64;

    /// <summary>Characters of the PEM of one public key. Ours; RSA with 4096 bits has 800.</summary>
    public const int MaxKeyPemChars = 2048;

    /// <summary>Bits of the shortest RSA modulus. SP 800-131A: below 2048 nothing may be signed any more.</summary>
    public const int MinRsaBits = 2048;

    /// <summary>Bits of the longest RSA modulus. DESIGN §5; longer ones only cost time.</summary>
    public const int MaxRsaBits = 4096;

    /// <summary>Delegated roles in one release file, and so the roles looked into for its target. Ours: a manufacturer, its plants and their product lines.</summary>
    public const int MaxDelegatedRoles = 16;

    /// <summary>Delegations of one targets role in a release file, and delegated roles a snapshot may name. Ours; each costs a look at its patterns and a line of the trust state.</summary>
    public const int MaxDelegations = 64;

    /// <summary>Nesting of JSON. TUF needs 6.</summary>
    public const int MaxJsonDepth = 16;

    /// <summary>Values of one JSON text, so that 512 KiB of "[[[[" do not become 50 MiB of objects. A targets file of that size with real paths has 20,000.</summary>
    public const int MaxJsonValues = 65_536;

    /// <summary>Bytes of a release file, all parts together: 1 TiB, so that sums of lengths cannot overflow. exFAT sticks of that size exist.</summary>
    public const long MaxFileBytes = 1L << 40;

    /// <summary>Bytes of one chunk table: 123,000 chunks, 120 GiB at 1 MiB a chunk.</summary>
    public const int MaxChunkTableBytes = 8 * 1024 * 1024;

    /// <summary>Smallest chunk. DESIGN §5.</summary>
    public const int MinChunkBytes = 64 * 1024;

    /// <summary>Largest chunk: the size of the buffers of an install. DESIGN §5.</summary>
    public const int MaxChunkBytes = 4 * 1024 * 1024;

    /// <summary>Payloads of one release. Two are in use.</summary>
    public const int MaxPayloads = 8;

    /// <summary>Bytes of a bill of materials. Ours; it is hashed on the way, never held whole.</summary>
    public const int MaxSbomBytes = 64 * 1024 * 1024;

    /// <summary>Hardware ids one release may name. Ours.</summary>
    public const int MaxHardwareIds = 64;

    /// <summary>Characters of a product, hardware or channel name: what fits a line of the screen.</summary>
    public const int MaxNameChars = 32;

    /// <summary>Names in a release document's <c>critical</c> list. Ours.</summary>
    public const int MaxCritical = 32;

    /// <summary>Seconds the time ratchet may rise with one release: 400 days (DESIGN §5 Time).</summary>
    public const long MaxRatchetStep = 400L * 24 * 60 * 60;

    #region Permits and site approvals

    /// <summary>Bytes of one site root. Ours; 16 people with the longest RSA keys are 48 KiB with their signatures.</summary>
    public const int MaxSiteRootBytes = 64 * 1024;

    /// <summary>Bytes of one permit: a site root, the facts of one device, and signatures of the largest kind.</summary>
    public const int MaxPermitBytes = 192 * 1024;

    /// <summary>Bytes of one <c>.gka</c> file, a site root or an approval.</summary>
    public const int MaxApprovalFileBytes = MaxSiteRootBytes;

    /// <summary>Characters of a site's name: what fits a line of the screen twice.</summary>
    public const int MaxSiteNameChars = 64;

    /// <summary>Characters of a device id, as <c>device.json</c> has it.</summary>
    public const int MaxDeviceIdChars = 64;

    /// <summary>Characters of a hardware revision, as <c>device.json</c> has it.</summary>
    public const int MaxHardwareRevisionChars = 16;

    /// <summary>Public keys of one device, as <c>device.json</c> has them.</summary>
    public const int MaxDeviceKeys = 8;

    /// <summary>Bytes of one of them, canonical.</summary>
    public const int MaxDeviceKeyBytes = 4096;

    /// <summary>Characters of a port's name. The kernel's longest, seven tiers of three digits (USB 2.0 §4.1.1), has 27.</summary>
    public const int MaxPortNameChars = 32;

    /// <summary>Devices that are allowed by permit. Ours; a cart has a keyboard, a scanner and a card reader, and each was replaced four times.</summary>
    public const int MaxPermittedPeripherals = 16;

    /// <summary>Releases whose approval a device remembers. Ours; two a month for 21 years, 64 KiB of its state.</summary>
    public const int MaxApprovals = 512;

    /// <summary>Releases a device remembers at all, once only withdrawals may add one. Ours; see FORMAT.md R-97.</summary>
    public const int MaxApprovalsWithWithdrawals = 1024;

    #endregion

    /// <summary>Bytes of a HID report descriptor. The kernel's own limit (HID_MAX_DESCRIPTOR_SIZE); a keypad has under 100.</summary>
    public const int MaxHidDescriptorBytes = 4096;

    /// <summary>Bytes of a report of a keypad: the largest packet of a full-speed interrupt endpoint (USB 2.0 §5.7.3); a keypad has 8.</summary>
    public const int MaxHidReportBytes = 64;

    /// <summary>Connects on one port within a minute before it is disabled (I10). A person plugs at most every five seconds.</summary>
    public const int PlugsPerMinute = 12;

    /// <summary>Seconds from a stick's first ready answer to its verdict (I11, DESIGN §9).</summary>
    public const int VerdictSeconds = 30;

    #region Ordinary TUF repositories (Gatekeeper.Release/Tuf); a device reads none

    /// <summary>Bytes of any metadata file of a repository. The bound that python-tuf has for targets; others are lower.</summary>
    public const int MaxRepositoryMetadataBytes = 5_000_000;

    /// <summary>Bytes of a repository's root. As python-tuf; the largest real one seen is 7 KiB.</summary>
    public const int MaxRepositoryRootBytes = 512 * 1024;

    /// <summary>Bytes of a repository's timestamp. As python-tuf.</summary>
    public const int MaxRepositoryTimestampBytes = 16 * 1024;

    /// <summary>Bytes of a repository's snapshot, where the timestamp states none. As python-tuf: 16,384 hash bins have 1.5 MB.</summary>
    public const int MaxRepositorySnapshotBytes = 2_000_000;

    /// <summary>Roots fetched in one refresh. As python-tuf; TUF 1.0.34 §5.3.3 leaves it to the application.</summary>
    public const int MaxRootRotations = 256;

    /// <summary>Delegated roles looked into for one target. As python-tuf and go-tuf; TUF 1.0.34 §5.6.7.1 leaves it to the application.</summary>
    public const int MaxRepositoryRoles = 32;

    /// <summary>Nesting of a repository's JSON. TUF needs 7; the rest is for <c>custom</c> members.</summary>
    public const int MaxRepositoryJsonDepth = 64;

    /// <summary>Values of one JSON text of a repository. 5 MB of targets with real paths have 200,000.</summary>
    public const int MaxRepositoryJsonValues = 512 * 1024;

    /// <summary>Keys of one role of a repository: finding those that are one person costs their square.</summary>
    public const int MaxRoleKeys = 256;

    /// <summary>Characters of a target path and of a path pattern: matching costs their product.</summary>
    public const int MaxTargetPathChars = 1024;

    #endregion

    #region usb

    /// <summary>Bytes of the descriptors of one device. A configuration is at most 65,535 by USB 2.0 §9.6.3; sticks have 32 to 44, the largest honest device seen 2 KiB.</summary>
    public const int MaxDescriptorBytes = 16 * 1024;

    /// <summary>Configurations of one device. The kernel's own bound (USB_MAXCONFIG); sticks have one.</summary>
    public const int MaxConfigurations = 8;

    /// <summary>Interfaces of one configuration. The kernel's own bound (USB_MAXINTERFACES).</summary>
    public const int MaxInterfaces = 32;

    /// <summary>Alternate settings in one configuration. Ours; cameras have about 12 an interface.</summary>
    public const int MaxAlternates = 256;

    /// <summary>Devices read from the USB tree. Ours: 127 a bus by USB 2.0 §4.1.1, two buses a controller, two controllers.</summary>
    public const int MaxUsbDevices = 512;

    /// <summary>Milliseconds after a disconnect within which another identity on the port disables it (I10).</summary>
    public const int OtherIdentityMilliseconds = 2000;

    /// <summary>Rules in one policy. Ours; a device has a handful of peripherals.</summary>
    public const int MaxPortRules = 256;

    /// <summary>Bytes of one SCSI data phase at low and full speed: the kernel's own usb-storage takes this much from a full-speed stick.</summary>
    public const int TransferBytesFullSpeed = 64 * 1024;

    /// <summary>Bytes of one SCSI data phase at high speed: usb-storage's default of 240 sectors, which every stick is tested with.</summary>
    public const int TransferBytesHighSpeed = 120 * 1024;

    /// <summary>Bytes of one SCSI data phase at SuperSpeed: usb-storage's default of 2048 sectors.</summary>
    public const int TransferBytesSuperSpeed = 1024 * 1024;

    /// <summary>Smallest data phase that halving leads to; a stick that fails even this is refused. One 4096-byte sector.</summary>
    public const int TransferBytesLeast = 4096;

    /// <summary>Milliseconds for one SCSI command from its first to its last byte. The slowest honest answer seen is a worn stick's re-read, below 3 s.</summary>
    public const int CommandMilliseconds = 5000;

    /// <summary>Milliseconds from the first command until the stick says it is ready. Hard disks spin up in 5 to 8 s; worn sticks that need ten are in use.</summary>
    public const int StickReadyMilliseconds = 15_000;

    /// <summary>Milliseconds between two questions whether it is ready.</summary>
    public const int StickReadyPauseMilliseconds = 100;

    /// <summary>Failed commands of one stick before it is refused. Eight halvings lead from 1 MiB to the least, twice that is more than an honest stick needs.</summary>
    public const int StickFailures = 16;

    /// <summary>Commands without an end of one stick before it is refused: each costs <see cref="CommandMilliseconds"/> of the verdict's time.</summary>
    public const int StickTimeouts = 2;

    /// <summary>Commands one stick may answer: 64 GiB in the smallest honest transfers of full speed.</summary>
    public const long StickCommands = 1024 * 1024;

    /// <summary>Bytes read from one stick: an 8 GiB release, read for the stage, again for the install and again for a repair, with room.</summary>
    public const long StickBytes = 64L * 1024 * 1024 * 1024;

    /// <summary>Milliseconds one stick may be held: 8 GiB at 1 MB/s of full speed take 2.4 hours.</summary>
    public const long StickMilliseconds = 6L * 60 * 60 * 1000;

    /// <summary>Bytes of one read between gatekeeperd, pump and walker: the largest SCSI data phase, so no request needs two buffers.</summary>
    public const int BoundaryReadBytes = TransferBytesSuperSpeed;

    /// <summary>Milliseconds gatekeeperd waits for one answer of the pump: every command that may go without an end, and as long again for slow ones.</summary>
    public const int PumpAnswerMilliseconds = 2 * StickTimeouts * CommandMilliseconds;

    /// <summary>Milliseconds a child has to end by itself after its socket was closed; then it is killed.</summary>
    public const int ChildEndMilliseconds = 500;

    /// <summary>Open descriptors of a child: the published program holds about 25, one of them the stick; under the shared runtime numbers reach 47.</summary>
    public const int ChildDescriptors = 64;

    /// <summary>Threads of all children of one user. A child has 4 to 12, and one that ends may meet one that starts.</summary>
    public const int ChildThreads = 48;

    /// <summary>Bytes of writable private memory of a child (RLIMIT_DATA). A waiting one has 32 MiB, half of it stacks that are not touched; a walk adds 6, a pump's buffers 2.</summary>
    public const long ChildDataBytes = 160L * 1024 * 1024;

    /// <summary>Seconds of processor time of a walker: the verdict's, on two processors, its own start under emulation included.</summary>
    public const int WalkerProcessorSeconds = 2 * VerdictSeconds;

    /// <summary>Seconds of processor time of a pump: it waits for the bus most of the time a stick may be held.</summary>
    public const int PumpProcessorSeconds = (int)(StickMilliseconds / 1000);

    /// <summary>Characters of an explanation that one of our own unprivileged processes gives.</summary>
    public const int BoundaryDetailChars = 160;

    /// <summary>Reads the walker may ask for: what it allows itself.</summary>
    public const int WalkerReads = MaxWalkReads;

    /// <summary>Bytes the walker may ask for: what it allows itself.</summary>
    public const long WalkerBytes = (long)MaxWalkReads * WalkLineBytes;

    /// <summary>Milliseconds gatekeeperd waits for one message of the walker between two reads.</summary>
    public const int WalkerThinkMilliseconds = 5000;

    #endregion

    #region Texts of a release, as signed and as shown

    /// <summary>UTF-16 characters of the release notes, line ends included. Ours: a page; more belongs in a manual.</summary>
    public const int MaxNotesChars = 2000;

    #endregion

    #region Status socket

    /// <summary>Bytes of one line of the status socket with its line feed. Ours: the longest notes in a script of three bytes a character, and 4 KiB for the rest.</summary>
    public const int MaxStatusLineBytes = 16 * 1024;

    /// <summary>Characters of a version, <c>65535.65535.65535</c>.</summary>
    public const int MaxVersionChars = 17;

    /// <summary>Characters of a sentence on the screen. Ours: five lines at the smallest screen.</summary>
    public const int MaxStatusSentenceChars = 240;

    /// <summary>Characters of one fact of a sentence. Ours; the longest is a hardware id, model 32, dash, revision 16.</summary>
    public const int MaxStatusFactChars = 64;

    /// <summary>Characters of a language tag. Ours; <c>zh-Hans</c> is the longest in use.</summary>
    public const int MaxStatusLanguageChars = 16;

    /// <summary>Characters of a code like <c>U-21</c>.</summary>
    public const int MaxStatusCodeChars = 8;

    #endregion

    #region The file-system walk (Gatekeeper.Stick/FileSystems)

    /// <summary>Release files on one stick, and as many roots, approvals and permits. Ours; a release of three part files for each of a hospital's five device models.</summary>
    public const int MaxReleaseFiles = 16;

    /// <summary>Characters of a release file's name. Ours; product, version and a copy's mark fit twice.</summary>
    public const int MaxReleaseNameLength = 128;

    /// <summary>Partitions that are tried. Ours; sticks have one or two, boot sticks up to six.</summary>
    public const int MaxPartitions = 16;

    /// <summary>Bytes of all GPT entries. Ours; every tool makes 128 entries of 128 bytes, this is eight times that.</summary>
    public const int MaxGptEntryBytes = 128 * 1024;

    /// <summary>Directory entries read on one stick. fatgen103 gives a directory 65536 at most; the root and the release folder share them.</summary>
    public const int MaxDirectoryEntries = 65536;

    /// <summary>Entries of an allocation table followed on one stick. Ours; four part files of 4 GiB in clusters of 4 KiB, about a second.</summary>
    public const int MaxClusterSteps = 4 * 1024 * 1024;

    /// <summary>Extents of all files on one stick. Ours; a file of 4 GiB in clusters of 32 KiB none of which are neighbours, 2 MiB of memory.</summary>
    public const int MaxExtents = 128 * 1024;

    /// <summary>Bytes of one read of the walk. Ours; one transfer at high speed, and 8192 chain entries at once.</summary>
    public const int WalkLineBytes = 32 * 1024;

    /// <summary>Lines the walk keeps in memory, 512 KiB in all.</summary>
    public const int MaxWalkLines = 16;

    /// <summary>Reads of one walk. Ours; 256 MiB, eight seconds at high speed; an honest walk of the longest chain takes 512.</summary>
    public const int MaxWalkReads = 8192;

    #endregion

    #region Confirmation by a person (Gatekeeper.Update, Gatekeeper.Service)

    /// <summary>People with a PIN on one device. Ours; a ward's technicians. Every further one makes a guess more likely to be somebody's.</summary>
    public const int MaxPeople = 32;

    /// <summary>Characters of a person's name: what fits a line of the audit log beside a digest.</summary>
    public const int MaxPersonNameChars = 32;

    /// <summary>Digits of the shortest PIN: a million of them (decisions/0080 has the guessing arithmetic).</summary>
    public const int MinPinDigits = 6;

    /// <summary>Digits of the longest PIN. Ours; more is not typed with gloves on.</summary>
    public const int MaxPinDigits = 12;

    /// <summary>Wrong PINs in a row before the device makes people wait. A person mistypes once or twice.</summary>
    public const int FreePinTries = 3;

    /// <summary>Seconds of the first wait; each further wrong PIN doubles it.</summary>
    public const int FirstPinWaitSeconds = 30;

    /// <summary>Seconds of the longest wait: 96 guesses a day, and a person who mistyped is not locked out for a shift.</summary>
    public const int LongestPinWaitSeconds = 15 * 60;

    /// <summary>Rounds of PBKDF2 for a new PIN: half a second on a core of 1 GHz without SHA instructions (decisions/0080).</summary>
    public const int PinRounds = 200_000;

    /// <summary>Rounds that are done at most: what a record says beyond that was not written by us, and would hold up the worker.</summary>
    public const int MaxPinRounds = 2_000_000;

    #endregion

    #region Slots, boot record and stage (Gatekeeper.Update)

    /// <summary>Bytes of one UEFI variable. Ours; boot entries have 150, the largest real ones (signature databases) are not read here.</summary>
    public const int MaxEfiVariableBytes = 4096;

    /// <summary>Starts of one trial: the first, and two repeats after trials that ended without an answer (DESIGN §6).</summary>
    public const int MaxTrialAttempts = 3;

    /// <summary>Bytes of an idle EFI partition that are destroyed first and written last (DESIGN §6): they hold the boot sector and the first FAT.</summary>
    public const int EfiHeadBytes = 64 * 1024;

    /// <summary>
    /// Hours without a stick after which what an interrupted copy left is removed. Ours: a technician who went for another stick is back the
    /// same day, and the space is the device's own program's.
    /// </summary>
    public const int StageUnfinishedHours = 24;

    /// <summary>Bytes that staging leaves free on the data partition for the device's own program. Ours.</summary>
    public const long StageReserveBytes = 64L * 1024 * 1024;

    /// <summary>
    /// Bytes written to stage or slot between two looks at the in-use lease (I15). At 10 MB/s, the slowest eMMC worth shipping, a piece
    /// takes 26 ms.
    /// </summary>
    public const int LeaseWriteBytes = 256 * 1024;

    /// <summary>Milliseconds that what is on its way to the medium may take to get there: half of the 100 ms that stopping may take.</summary>
    public const int LeaseFlightMilliseconds = 50;

    /// <summary>Bytes on their way to a medium that is not known yet or slow: two pieces, so that it is never idle.</summary>
    public const long LeaseFlightBytesFirst = 2L * LeaseWriteBytes;

    /// <summary>The most on its way, however fast the medium: more gains nothing, and is memory.</summary>
    public const long LeaseFlightBytesMost = 8L * 1024 * 1024;

    /// <summary>
    /// Minutes from the service's start to the first check of the idle set. Ours: the device's program has started by then, and a stick
    /// that was plugged together with the power has been handled.
    /// </summary>
    public const int FallBackFirstMinutes = 10;

    /// <summary>
    /// Hours between two checks of the idle set. Ours: flash loses what it holds over weeks, and two reads a day are no wear; whoever asks
    /// gets an answer of the same day.
    /// </summary>
    public const int FallBackHours = 12;

    /// <summary>Bytes a second that such a check reads at most: a set of 1 GiB in a minute, a tenth of what the slowest eMMC worth shipping reads.</summary>
    public const long FallBackBytesPerSecond = 16L * 1024 * 1024;

    /// <summary>It rests so many times as long as a piece took to read and hash: on a medium or a processor that is slow or busy it takes a fifth at most.</summary>
    public const int FallBackRestShare = 4;

    /// <summary>Milliseconds until it looks again whether the worker is done. Nobody waits for it.</summary>
    public const int FallBackStandMs = 2000;

    /// <summary>Bytes read from a slot between two looks at the lease: a read costs the device's program less than a write, and smaller direct reads cost speed.</summary>
    public const int LeaseReadBytes = 1024 * 1024;

    #endregion
}
