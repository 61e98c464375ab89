using Gatekeeper.Linux.Input;
using Gatekeeper.Release;
using Gatekeeper.Service.Confirm;
using Gatekeeper.Service.Tests.Papers;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;
using Gatekeeper.Vectors;

namespace Gatekeeper.Service.Tests.Confirm;

/// <summary>A device that is free and asks before it installs: state partition and keyboard in memory, and a clock that moves when somebody waits.</summary>
internal sealed class ConfirmBench : IDisposable
{
    public const string Keyboard = "isa0060/serio0/input0";
    public const string Port = "1-1";
    public const string Pin = "739518";

    private static readonly VerifiedRelease Verified = new DeskBench().WithFacts().Judge(("a.gku", Release())).Offer!.Release;

    private readonly RunningSystem running = new(SlotSet.A, DeskBench.Version("1.0.0"), [.. StatementForge.TrustedRoot], 1, Guid.NewGuid());
    private readonly TellerBench teller = new();
    private readonly CancellationTokenSource stop = new();

    /// <summary>What happens at each look at the keyboard, in order; then nothing does.</summary>
    private readonly Queue<Func<KeyPress[]>> script = new();

    public ConfirmBench(string kind = "button")
    {
        Trust = TrustStore.Open(teller.State, running);
        Policy = new ConfirmPolicy { Kind = kind, Seconds = 60 };

        // One round: what is tested here is not how long a hash takes.
        Keep(Pins.Nobody() with { Rounds = 1 });
        People = new PersonDesk(Trust, teller.Audit, () => NowMs);
        Desk = NewDesk();
        Free();
    }

    public ConfirmPolicy Policy { get; }

    public TrustStore Trust { get; }

    public PersonDesk People { get; private set; }

    public ConfirmDesk Desk { get; private set; }

    public VerifiedRelease Found { get; } = Verified;

    public AuditLog Audit => teller.Audit;

    public MemoryDevice State => teller.State;

    public CancellationTokenSource Gone { get; } = new();

    public long NowMs { get; set; } = 1_000_000;

    /// <summary>How often the keyboard was opened, and the question that was told at each time.</summary>
    public List<StatusAsk?> Opened { get; } = [];

    /// <summary>Every question that was told, as it was at the end of each look.</summary>
    public List<StatusMessage> Told { get; } = [];

    public StatusMessage Status => teller.Status.Status;

    public string[] Log => [.. AuditLog.Read(State).Select(e => $"{e.Event} {e.Detail}".TrimEnd())];

    public StateContent AfterPowerCut() => TrustStore.Open(State, running).Content;

    /// <summary>The service is started anew on the same state.</summary>
    public void Restart()
    {
        var again = TrustStore.Open(State, running);
        Trust.Change(_ => again.Content);
        People = new PersonDesk(Trust, teller.Audit, () => NowMs);
        Desk = NewDesk();
    }

    public void Free() => teller.Teller.EnterServiceMode(15);

    public void TakeIntoUse() => teller.Teller.LeaveServiceMode();

    public void Stop() => stop.Cancel();

    public bool Ask() => Desk.Ask(Verified, Port, Gone.Token);

    public Refusal Refuses() => Assert.Throws<RefusedException>(() => Ask()).Code;

    public ConfirmBench Then(Action what)
    {
        script.Enqueue(() =>
        {
            what();
            return [];
        });
        return this;
    }

    public ConfirmBench Press(params int[] codes)
    {
        script.Enqueue(() => [.. codes.SelectMany(code => new[] { new KeyPress(Keyboard, code, true), new KeyPress(Keyboard, code, false) })]);
        return this;
    }

    public ConfirmBench PressRaw(params KeyPress[] presses)
    {
        script.Enqueue(() => presses);
        return this;
    }

    public ConfirmBench Type(string pin) => Press([.. pin.Select(MainRow), KeyCode.Enter]);

    public static int MainRow(char digit) => digit == '0' ? KeyCode.Main0 : KeyCode.Main1 + (digit - '1');

    public void Dispose()
    {
        teller.Dispose();
        stop.Dispose();
        Gone.Dispose();
    }

    private static byte[] Release()
    {
        Forge forge = VectorSet.NewForge();
        forge.Roots[0].Permit = ["permit-1", "permit-2", "permit-3"];
        forge.Version = DeskBench.Version("2.0.0");
        return forge.Build();
    }

    private ConfirmDesk NewDesk() => new(Policy, People, Trust, teller.Audit, teller.Status, teller.Teller, Open, new Clockwork(this), () => NowMs, stop.Token);

    private Keys Open()
    {
        Opened.Add(Status.Ask);
        return new Keys(this);
    }

    private void Keep(PeopleRecord people)
    {
        Trust.Change(c => c with { People = people });
        Trust.Commit();
    }

    private sealed class Keys(ConfirmBench bench) : IKeySource
    {
        public IReadOnlyList<KeyPress> Wait(int milliseconds, out bool lost)
        {
            lost = false;
            bench.NowMs += milliseconds;
            bench.Told.Add(bench.Status);
            return bench.script.TryDequeue(out Func<KeyPress[]>? next) ? next() : [];
        }

        public void Dispose()
        {
        }
    }

    private sealed class Clockwork(ConfirmBench bench) : IMachine
    {
        public void Restart() => throw new InvalidOperationException("nothing is restarted here");

        public void Pause(int milliseconds, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            bench.NowMs += milliseconds;
        }
    }
}
