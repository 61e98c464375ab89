namespace Gatekeeper.Update.Status;

/// <summary>A line that gatekeeperd sends.</summary>
public abstract record ServiceLine;

/// <summary>To the app: give the screen, please. Sent only when the device is not in use.</summary>
public sealed record ScreenWanted : ServiceLine;

/// <summary>To the kiosk or the app: the screen is yours, take DRM master and draw.</summary>
public sealed record ScreenYours : ServiceLine;

/// <summary>To the kiosk: close the card and answer <see cref="ScreenReturned"/>.</summary>
public sealed record ScreenReturn : ServiceLine;

/// <summary>To the app: the answer to each <see cref="LeaseWish"/>.</summary>
/// <param name="Held">True when the app now holds the in-use lease.</param>
public sealed record LeaseAnswer(bool Held) : ServiceLine;
