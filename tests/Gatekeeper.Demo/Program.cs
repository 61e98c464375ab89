using Gatekeeper.Demo;
using Gatekeeper.Rig;

// The process boundary: what went wrong becomes a sentence and an exit code.
bool interactive = args is ["--interactive"];
if (args.Length > 0 && !interactive)
{
    Console.Error.WriteLine("usage: firmware/demo [--interactive]");
    return 2;
}

Timeline timeline = new(Console.Out);
try
{
    await using Workshop workshop = await Workshop.OpenAsync(timeline);
    if (interactive)
    {
        await new Prompt(workshop, timeline).RunAsync();
    }
    else
    {
        await new Story(workshop, timeline).TellAsync();
    }
    return 0;
}
catch (Exception failed) when (failed is RigException or QmpException or IOException)
{
    timeline.Say("FAILED");
    Console.Error.WriteLine($"error: {failed.Message}");
    Console.Error.WriteLine($"hint: the guest's logs are in {Path.Combine(Repository.Out, "rig")}");
    return 1;
}
