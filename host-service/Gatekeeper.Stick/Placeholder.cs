namespace Gatekeeper.Stick;
