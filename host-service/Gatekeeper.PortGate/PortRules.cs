using System.Collections.Immutable;
using System.Globalization;
using Gatekeeper.Release;

namespace Gatekeeper.PortGate;

/// <summary>What a rule does with the devices it names.</summary>
public enum PortRuleTarget
{
    /// <summary>The kernel's driver may have it.</summary>
    Allow,

    /// <summary>It stays unauthorized.</summary>
    Block,
}

/// <summary>One rule. A condition that is null holds for every device.</summary>
/// <param name="Line">Line in the policy, 1 or more.</param>
/// <param name="Target">What it does.</param>
/// <param name="VendorId">Wanted idVendor.</param>
/// <param name="ProductId">Wanted idProduct; null behind a vendor means any.</param>
/// <param name="Interfaces">The device's interface types, each matched by one of these, and each of these found.</param>
/// <param name="Port">Wanted name in sysfs, for example <c>1-2</c>.</param>
public sealed record PortRule(int Line, PortRuleTarget Target, ushort? VendorId, ushort? ProductId, ImmutableArray<InterfacePattern> Interfaces, string? Port);

/// <summary>An interface type with <c>*</c> for subclass and protocol, or for protocol alone.</summary>
/// <param name="Class">Wanted class.</param>
/// <param name="Subclass">Wanted subclass; null means any.</param>
/// <param name="Protocol">Wanted protocol; null means any.</param>
public readonly record struct InterfacePattern(byte Class, byte? Subclass, byte? Protocol)
{
    /// <summary>True when the type fits.</summary>
    public bool Matches(UsbInterfaceType type) =>
        type.Class == Class && (Subclass is null || Subclass == type.Subclass) && (Protocol is null || Protocol == type.Protocol);
}

/// <summary>
/// A first subset of USBGuard's rule language (usbguard-rules.conf(5)): <c>allow</c> and <c>block</c> with <c>id</c>, <c>with-interface</c> and <c>via-port</c>.
/// <code>
/// allow id 046d:c31c with-interface { 03:01:01 03:00:00 } via-port "1-2"
/// block with-interface 03:*:*
/// </code>
/// The first rule that fits decides. What is not understood is an error that names the line, so a policy meant for more than this never loads as less.
/// Three things are stricter than USBGuard: an <c>allow</c> without any condition is an error, storage is never allowed (I02), and a <c>block</c> fits when
/// any interface of the device does.
/// </summary>
public sealed class PortRules
{
    private readonly ImmutableArray<PortRule> _rules;

    private PortRules(ImmutableArray<PortRule> rules) => _rules = rules;

    /// <summary>No rule at all: everything but a candidate stick is denied.</summary>
    public static PortRules None { get; } = new([]);

    /// <summary>The rules in order.</summary>
    public ImmutableArray<PortRule> Rules => _rules;

    /// <summary>Reads rules, one a line; empty lines and lines that begin with <c>#</c> say nothing.</summary>
    /// <exception cref="PortRuleException">A line is not understood.</exception>
    public static PortRules Parse(IEnumerable<string> lines)
    {
        ImmutableArray<PortRule>.Builder rules = ImmutableArray.CreateBuilder<PortRule>();
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            rules.Add(new PortRuleReader(text, number).Read());
            if (rules.Count > Limits.MaxPortRules)
            {
                throw new PortRuleException(number, $"more than {Limits.MaxPortRules} rules");
            }
        }

        return new PortRules(rules.ToImmutable());
    }

    /// <summary>The first rule that fits a device, or null.</summary>
    internal PortRule? FirstMatch(string port, UsbDescriptors descriptors) =>
        _rules.FirstOrDefault(rule => Fits(rule, port, descriptors));

    private static bool Fits(PortRule rule, string port, UsbDescriptors descriptors)
    {
        if ((rule.VendorId is { } vendor && vendor != descriptors.Device.VendorId)
            || (rule.ProductId is { } product && product != descriptors.Device.ProductId)
            || (rule.Port is { } wanted && wanted != port))
        {
            return false;
        }

        if (rule.Interfaces.IsEmpty)
        {
            return true;
        }

        // The union of all configurations and settings: a device may switch between them without a new enumeration.
        List<UsbInterfaceType> types = [.. descriptors.EveryAlternate.Select(a => a.Type).Distinct()];

        // A block rule is about any interface it names; an allow rule must account for every interface of the device.
        return rule.Target == PortRuleTarget.Block
            ? types.Exists(t => rule.Interfaces.Any(p => p.Matches(t)))
            : types.Count > 0 && types.TrueForAll(t => rule.Interfaces.Any(p => p.Matches(t))) && rule.Interfaces.All(p => types.Exists(p.Matches));
    }
}

/// <summary>A policy's rule that is not understood: the manufacturer's mistake, so nothing is loaded.</summary>
/// <param name="line">Line, 1 or more.</param>
/// <param name="reason">What is wrong with it.</param>
public sealed class PortRuleException(int line, string reason)
    : FormatException(string.Create(CultureInfo.InvariantCulture, $"rule line {line}: {reason}"))
{
    /// <summary>Line, 1 or more.</summary>
    public int Line { get; } = line;
}
