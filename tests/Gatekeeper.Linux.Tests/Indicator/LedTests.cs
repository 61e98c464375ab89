using Gatekeeper.Linux.Indicator;

namespace Gatekeeper.Linux.Tests.Indicator;

public sealed class LedTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gk-leds").FullName;

    public LedTests()
    {
        Add("status:green", null, most: "255");
        Add("input3::capslock", "isa0060/serio0/input0", most: "1");
        Add("input7::capslock", "usb-0000:00:02.0-1/input0", most: "1");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Lamp_IsSetToItsBrightestAndToDark()
    {
        var led = new Led("status:green", folder);
        Assert.True(led.TrySet(true));
        Assert.Equal("255\n", Brightness("status:green"));
        Assert.True(led.TrySet(false));
        Assert.Equal("0\n", Brightness("status:green")[..2]);
    }

    [Fact]
    public void LampOfAKeyboard_IsFoundByWhereTheKeyboardIs_NotByItsNumber()
    {
        Assert.Equal(Path.Combine(folder, "input3::capslock"), Led.Find("isa0060/serio0/input0::capslock", folder));
        Assert.Null(Led.Find("isa0060/serio0/input0::numlock", folder));
        Assert.Null(Led.Find("isa0060/serio1/input0::capslock", folder));
        Assert.Null(Led.Find("isa0060/serio0/input0", folder));
    }

    [Fact]
    public void LampThatIsNotThere_IsToldAndNothingIsMade()
    {
        Assert.False(new Led("status:red", folder).TrySet(true));
        Assert.False(new Led("x", Path.Combine(folder, "none")).TrySet(true));
        Assert.False(Directory.Exists(Path.Combine(folder, "status:red")));
    }

    [Fact]
    public void LampThatGoes_IsTold_AndFoundAgainUnderAnotherNumber()
    {
        var led = new Led("isa0060/serio0/input0::capslock", folder);
        Assert.True(led.TrySet(true));
        Directory.Delete(Path.Combine(folder, "input3::capslock"), recursive: true);
        Assert.False(led.TrySet(false));
        Add("input9::capslock", "isa0060/serio0/input0", most: "1");
        Assert.True(led.TrySet(true));
        Assert.Equal("1\n", Brightness("input9::capslock"));
    }

    private string Brightness(string name) => File.ReadAllText(Path.Combine(folder, name, "brightness"));

    private void Add(string name, string? phys, string most)
    {
        string lamp = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.Combine(lamp, "device"));
        File.WriteAllText(Path.Combine(lamp, "brightness"), "0\n");
        File.WriteAllText(Path.Combine(lamp, "max_brightness"), most + "\n");
        if (phys is not null)
        {
            File.WriteAllText(Path.Combine(lamp, "device", "phys"), phys + "\n");
        }
    }
}
