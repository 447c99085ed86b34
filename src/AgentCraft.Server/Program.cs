using AgentCraft.Server.Cli;

return await (StdioServing.StartOf(args) is { } start ? StdioServing.Run(start) : CommandLine.Run(args, Commands.Create()));
