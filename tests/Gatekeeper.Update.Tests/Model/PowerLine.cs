namespace Gatekeeper.Update.Tests.Model;

/// <summary>The power went: nothing of ours may catch it.</summary>
public sealed class PowerCutException : Exception
{
}

/// <summary>Counts every operation that changes a medium, and cuts the power inside a chosen one.</summary>
public sealed class PowerLine
{
    /// <summary>Operations so far.</summary>
    public int Count { get; private set; }

    /// <summary>The operation to cut in, counted from 1; 0 for none.</summary>
    public int CutAt { get; set; }

    /// <summary>What happened, for messages.</summary>
    public string Last { get; private set; } = "nothing";

    public void Reset(int cutAt)
    {
        Count = 0;
        CutAt = cutAt;
    }

    public void Step(string what)
    {
        Count++;
        if (Count == CutAt)
        {
            Last = what;
            throw new PowerCutException();
        }
    }
}
