namespace Gatekeeper.Crash.Tests;

/// <summary>Runs a scenario once and judges every crash state of it.</summary>
internal static class Enumerate
{
    public static Tally Run(Scenario scenario, Thoroughness how)
    {
        Recording recording = Recording.Of(scenario);
        var tally = new Tally(scenario.Name) { Operations = recording.Ops.Count };
        var judge = new Judge(recording, how, tally);
        CrashState? last = null;
        foreach (CrashState state in new CrashPoints(recording, recording.Ops, how).All())
        {
            try
            {
                judge.Try(state);
            }
            catch (Exception violation) when (violation is not OutOfMemoryException)
            {
                string at = state.After < 0 ? "before everything" : $"after operation {state.After + 1} of {recording.Ops.Count}, {recording.Ops[state.After].Label}";
                throw new Xunit.Sdk.XunitException($"{scenario.Name}, cut {at}, {state.Choice}: {violation}");
            }

            last = state;
        }

        judge.RequireDone(last!);
        return tally;
    }

    /// <summary>The rule that the first bad crash state of other operations breaks; null: there is none.</summary>
    public static string? FirstViolation(Recording recording, IReadOnlyList<Model.Op> ops)
    {
        var judge = new Judge(recording, Thoroughness.Mutation, new Tally("mutant"));
        CrashState? last = null;
        try
        {
            foreach (CrashState state in new CrashPoints(recording, ops, Thoroughness.Mutation).All())
            {
                judge.Try(state);
                last = state;
            }

            judge.RequireDone(last!);
            return null;
        }
        catch (CrashViolationException violation)
        {
            return violation.Rule;
        }
        catch (Exception e) when (e is Gatekeeper.Release.RefusedException or IOException)
        {
            return $"the start or the install is refused: {e.GetType().Name}";
        }
    }
}
