namespace Gatekeeper.Service.Status;

/// <summary>
/// Whether the device's purpose forbids an update now (I15). "In use" is a lease that the device's program holds; a lease that
/// was never held since the start, or whose holder died, counts as in use. Pure: who asks is decided by the status server.
/// </summary>
internal sealed class InUseLease
{
    private bool restartIssued;

    /// <summary>What is known of the lease.</summary>
    internal LeaseHolder Holder { get; private set; } = LeaseHolder.NeverHeld;

    /// <summary>
    /// A person at the device is in service mode. Where nobody can say whether the device is used (no program ever held the lease, or
    /// it died), that person's being there says that it is not. A lease that is held is not overruled.
    /// </summary>
    internal bool PersonThere { get; set; }

    /// <summary>True when nothing may be drawn, written or restarted.</summary>
    internal bool InUse => Holder switch
    {
        LeaseHolder.Given => false,
        LeaseHolder.Held => true,
        _ => !PersonThere,
    };

    /// <summary>True when no program can say whether the device is in use.</summary>
    internal bool Unknown => Holder is LeaseHolder.NeverHeld or LeaseHolder.Died;

    /// <summary>True while the device counts as free because a person says so.</summary>
    internal bool Overruled => Unknown && PersonThere;

    /// <summary>
    /// The program asks for the lease. Refused while the running set is on trial (DESIGN I15: granted only after <c>keep</c>) and
    /// once the restart was issued: a patient connected then would lose the device a second later.
    /// </summary>
    /// <returns>True when it holds the lease now.</returns>
    internal bool Take(bool onTrial)
    {
        if (onTrial || restartIssued)
        {
            return false;
        }

        Holder = LeaseHolder.Held;
        return true;
    }

    /// <summary>The program gives the lease back. On trial that changes nothing: it was never granted.</summary>
    internal void Give(bool onTrial)
    {
        if (!onTrial)
        {
            Holder = LeaseHolder.Given;
        }
    }

    /// <summary>The program's connection ended. Without a word, so the device counts as in use.</summary>
    internal void Gone()
    {
        if (!restartIssued)
        {
            Holder = LeaseHolder.Died;
        }
    }

    /// <summary>The last moment: from a true answer on, the lease is not granted any more.</summary>
    /// <returns>False when the device is in use: do not restart.</returns>
    internal bool TryIssueRestart()
    {
        restartIssued |= !InUse;
        return restartIssued;
    }
}

/// <summary>Who holds the in-use lease.</summary>
internal enum LeaseHolder
{
    /// <summary>No program ever held it since the service started: counts as in use.</summary>
    NeverHeld,

    /// <summary>The device's program: in use.</summary>
    Held,

    /// <summary>The device's program gave it back and is there: not in use.</summary>
    Given,

    /// <summary>The device's program is gone, whatever it said last: counts as in use.</summary>
    Died,
}
