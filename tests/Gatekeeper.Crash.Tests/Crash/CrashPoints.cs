using Gatekeeper.Crash.Tests.Model;

namespace Gatekeeper.Crash.Tests;

/// <summary>
/// Replays operations and makes, after each, the states that a cut there can leave. A disk keeps what it wrote before its last flush;
/// of the later sectors any choice survives, in any order, and one of them may be damaged. A variable is old or new.
/// </summary>
internal sealed class CrashPoints(Recording recording, IReadOnlyList<Op> ops, Thoroughness how)
{
    private readonly Board durable = recording.Start.Fork();
    private List<Unflushed> unflushed = [];
    private PartKeys keys;
    private Acknowledged acknowledged;

    public IEnumerable<CrashState> All()
    {
        keys = new PartKeys(0, 0, 0, durable.Efi.Key()); // of the disks only the change since the start counts
        acknowledged = new Acknowledged(recording.StartAudit, recording.States.Keys.Where(s => s <= StartState()).DefaultIfEmpty(0).Max(), false, StagePromise.Nothing);
        for (int i = -1; i < ops.Count; i++)
        {
            if (i >= 0)
            {
                Apply(ops[i]);
            }

            foreach (CrashState state in Cut(i))
            {
                yield return state;
            }
        }
    }

    private long StartState() => Areas.Newest(recording.Start.StateDisk)?.Sequence ?? 0;

    private void Apply(Op op)
    {
        switch (op.Kind)
        {
            case OpKind.Variable:
                durable.Efi.Set(op.Name, op.Data);
                keys = keys with { Variables = durable.Efi.Key() };
                break;
            case OpKind.Flush:
                foreach (Unflushed sector in unflushed.Where(u => u.Disk == op.Disk))
                {
                    keys = keys.With(sector.Disk, sector.Place, Change(sector, sector.New));
                    durable[sector.Disk][sector.Place] = sector.New;
                }

                unflushed = [.. unflushed.Where(u => u.Disk != op.Disk)];
                break;
            default:
                for (int i = 0; i < op.Sectors.Length; i++)
                {
                    Write(op.Disk, op.First + i, op.Sectors[i]);
                }

                break;
        }

        (long audit, long state) = op.Acknowledges ?? (0, 0);
        acknowledged = new Acknowledged(Math.Max(acknowledged.Audit, audit), Math.Max(acknowledged.State, state), op.Switched ?? acknowledged.Switched, op.Stage ?? acknowledged.Stage);
    }

    private void Write(int disk, int place, Sector? sector)
    {
        int before = unflushed.FindLastIndex(u => u.Disk == disk && u.Place == place);
        Sector? old = before < 0 ? durable[disk][place] : unflushed[before].New;
        if (!Same(old, sector))
        {
            unflushed.Add(new Unflushed(disk, place, old, sector));
        }
    }

    private IEnumerable<CrashState> Cut(int after)
    {
        var random = new Random(((after + 2) * 1009) + unflushed.Count);
        int count = unflushed.Count;
        foreach ((bool[] survives, string choice) in Choices(count, random))
        {
            yield return State(after, survives, -1, Damage.None, choice, random);
        }

        // A directory has a journal: the name of the stage is old or new.
        int[] damaged = [.. Enumerable.Range(0, count).Where(i => unflushed[i].Disk != Board.Data || unflushed[i].Place > 0).OrderBy(i => count <= how.Damaged ? i : random.Next()).Take(how.Damaged)];
        foreach (int at in damaged)
        {
            foreach (Damage damage in Enum.GetValues<Damage>().Where(d => d != Damage.None))
            {
                yield return State(after, Survivors.None(count), at, damage, $"{damage} alone", random);
                yield return State(after, Survivors.All(count), at, damage, $"{damage} in all", random);
                yield return State(after, Survivors.Some(count, 0.5, random), at, damage, $"{damage} in some", random);
            }
        }
    }

    private IEnumerable<(bool[] Survives, string Choice)> Choices(int count, Random random)
    {
        if (count <= how.ExhaustiveUpTo)
        {
            return Survivors.EverySubset(count);
        }

        return Survivors.Ends(count).Concat(Survivors.Ordered(count, how.Subsets, random)).Concat(Survivors.Seeded(count, how.Subsets, random));
    }

    private CrashState State(int after, bool[] survives, int damagedAt, Damage damage, string choice, Random random)
    {
        var survived = new List<(Unflushed, Sector?)>();
        for (int i = 0; i < survives.Length; i++)
        {
            if (survives[i] || i == damagedAt)
            {
                survived.Add((unflushed[i], i == damagedAt ? Torn.Of(unflushed[i], damage, random) : unflushed[i].New));
            }
        }

        PartKeys sum = keys;
        var last = new HashSet<(int, int)>();
        for (int i = survived.Count - 1; i >= 0; i--)
        {
            (Unflushed sector, Sector? holds) = survived[i];
            if (last.Add((sector.Disk, sector.Place)))
            {
                sum = sum.With(sector.Disk, sector.Place, Change(sector, holds));
            }
        }

        return new CrashState(durable, survived, sum) { After = after, Acknowledged = acknowledged, Choice = choice };
    }

    private UInt128 Change(Unflushed sector, Sector? holds) =>
        unchecked(Sector.KeyAt(sector.Disk, sector.Place, holds) - Sector.KeyAt(sector.Disk, sector.Place, durable[sector.Disk][sector.Place]));

    private static bool Same(Sector? left, Sector? right) =>
        left is null || right is null ? left is null && right is null : ReferenceEquals(left, right) || left.Data.SequenceEqual(right.Data);
}
