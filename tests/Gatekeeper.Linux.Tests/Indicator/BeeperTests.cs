using System.Runtime.InteropServices;
using Gatekeeper.Linux.Indicator;
using Gatekeeper.Linux.Input;

namespace Gatekeeper.Linux.Tests.Indicator;

public sealed class BeeperTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gk-beeper").FullName;

    public BeeperTests()
    {
        Directory.CreateDirectory(Path.Combine(folder, "dev"));
        Add("event0", "isa0060/serio0/input0");
        Add("event1", "isa0061/input0");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Tone_IsOneSoundEventAndItsEnd_ForTheNamedDevice()
    {
        using (Beeper beeper = New("isa0061/input0"))
        {
            Assert.True(beeper.TrySet(2000));
            Assert.True(beeper.TrySet(0));
        }

        InputEvent[] events = MemoryMarshal.Cast<byte, InputEvent>(File.ReadAllBytes(Path.Combine(folder, "dev", "event1"))).ToArray();
        Assert.Equal(
            [(InputEvent.EV_SND, InputEvent.SND_TONE, 2000), (InputEvent.EV_SYN, 0, 0), (InputEvent.EV_SND, InputEvent.SND_TONE, 0), (InputEvent.EV_SYN, 0, 0)],
            events.Select(e => ((int)e.Type, (int)e.Code, e.Value)));
        Assert.Empty(File.ReadAllBytes(Path.Combine(folder, "dev", "event0")));
    }

    [Fact]
    public void BeeperThatIsNotThere_IsTold()
    {
        using Beeper nowhere = New("isa0099/input0");
        Assert.False(nowhere.TrySet(2000));
        File.Delete(Path.Combine(folder, "dev", "event1"));
        using Beeper without = New("isa0061/input0");
        Assert.False(without.TrySet(2000));
        Assert.False(File.Exists(Path.Combine(folder, "dev", "event1")));
    }

    [Fact]
    public void Constants_AreTheHeaders() => new CHeader("linux/input.h").Constant("EV_SND", InputEvent.EV_SND).Constant("SND_TONE", InputEvent.SND_TONE).Verify();

    private Beeper New(string phys) => new(phys, Path.Combine(folder, "class"), Path.Combine(folder, "dev"));

    private void Add(string name, string phys)
    {
        string device = Path.Combine(folder, "class", name, "device");
        Directory.CreateDirectory(device);
        File.WriteAllText(Path.Combine(device, "phys"), phys + "\n");
        File.WriteAllBytes(Path.Combine(folder, "dev", name), []);
    }
}
