using AgentCraft.Server.Cli;

return await (StdioServing.StartOf(args) is { } start ? StdioServing.Run(start) : RunCommand(args));

// A method of its own: a server that a client starts must not even load the parser.
static Task<int> RunCommand(string[] args) => CommandLine.Run(args, Commands.Create());
