using AgentCraft.Data;
using AgentCraft.Data.Storage;
using AgentCraft.Worker;

// One line on stdout for each thing that happened, "ready" when it can begin, and the end of stdin is the order to end.
// Whatever the data floor refuses is printed as "error CODE MESSAGE".
try
{
    return await (args switch
    {
        ["append", var root, var writer, .. var rest] => Append.Run(root, writer, Options.Parse(rest)),
        ["spread", var root, var writer, .. var rest] => Spread.Run(root, writer, Options.Parse(rest)),
        ["race", var root, var part, .. var rest] => Race.Run(root, part, Options.Parse(rest)),
        ["migrate", var root, var version, .. var rest] => Migrate.Run(root, version, Options.Parse(rest)),
        ["open", var root, .. var rest] => Open.Run(root, Options.Parse(rest)),
        ["monitor", var root, var notify] => Watch.Run(root, notify),
        ["backup", var root] => Backups.Create(root),
        ["restore", var root, var name] => Backups.Restore(root, name),
        ["hold-gate", var file] => HoldGate.Run(file),
        ["edit", var file, .. var rest] => Task.FromResult(EditFile.Run(file, Options.Parse(rest))),
        ["hold-edit", var file] => EditFile.Hold(file),
        ["wait", var root, var name] => Signal.Wait(root, name),
        ["pulse", var root, var name] => Signal.Pulse(root, name),
        _ => throw new ArgumentException($"Unknown command: {string.Join(' ', args)}"),
    });
}
catch (AgentCraftException refusal)
{
    Say.Line($"error {refusal.Code} {refusal.Message}");
    return 1;
}
