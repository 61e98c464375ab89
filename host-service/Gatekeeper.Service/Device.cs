using Gatekeeper.Update;

namespace Gatekeeper.Service;

/// <summary>What one device consists of, opened once at the start.</summary>
/// <param name="Image">What the running image says it is.</param>
/// <param name="Policy">Its policy.</param>
/// <param name="Running">The running system.</param>
/// <param name="State">The state partition.</param>
/// <param name="Trust">The trust state on it.</param>
/// <param name="Audit">The audit log on it.</param>
/// <param name="Boot">The boot switch.</param>
/// <param name="Layout">Where the partitions lie.</param>
/// <param name="Slots">The slot partitions, opened.</param>
internal sealed record Device(
    ImageInfo Image,
    Policy Policy,
    RunningSystem Running,
    IBlockDevice State,
    TrustStore Trust,
    AuditLog Audit,
    IBootControl Boot,
    SlotLayout Layout,
    SlotDevices Slots);
