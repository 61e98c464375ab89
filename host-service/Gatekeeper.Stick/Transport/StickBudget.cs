using Gatekeeper.Release;

namespace Gatekeeper.Stick.Transport;

/// <summary>What one stick may cost in all, from the first command to the last (I11). Only ever used up, never given back.</summary>
public sealed class StickBudget(IStickClock clock)
{
    private readonly long _start = clock.Milliseconds;
    private long _commands;
    private long _bytes;
    private int _failures;
    private int _timeouts;

    /// <summary>Commands sent so far.</summary>
    public long Commands => _commands;

    /// <summary>Asks for one more command with this many bytes.</summary>
    /// <exception cref="RefusedException">A total is used up.</exception>
    public void Spend(int bytes)
    {
        _commands++;
        _bytes += bytes;
        if (_commands > Limits.StickCommands)
        {
            throw new RefusedException(Refusal.StickTimeout, $"more than {Limits.StickCommands} commands");
        }

        if (_bytes > Limits.StickBytes)
        {
            throw new RefusedException(Refusal.StickTimeout, $"more than {Limits.StickBytes} bytes");
        }

        if (clock.Milliseconds - _start > Limits.StickMilliseconds)
        {
            throw new RefusedException(Refusal.StickTimeout, $"held for more than {Limits.StickMilliseconds} ms");
        }
    }

    /// <summary>Notes a failed command that will be tried again.</summary>
    /// <exception cref="RefusedException">One failure too many: the failure itself.</exception>
    public void Fail(TransportFault fault)
    {
        _failures++;
        if (fault.Kind == TransportFaultKind.Timeout)
        {
            _timeouts++;
        }

        if (fault.Kind == TransportFaultKind.Gone || _failures >= Limits.StickFailures || _timeouts >= Limits.StickTimeouts)
        {
            throw fault.Refused();
        }
    }
}
