using System.CommandLine;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft serve</c>: the MCP server.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<bool> stdio = new("--stdio") { Description = "Speak MCP over standard input and output; the default, and what MCP clients start." };
        Option<bool> http = new("--http") { Description = "Serve many clients over HTTP, on this machine." };
        Option<string?> url = new("--url") { Description = "With --http: where to listen. Default: the setting http.url, http://127.0.0.1:7717.", HelpName = "url" };
        Option<string?> project = new("--project") { Description = "The project that is the default here, made on first use. Default: the setting project, else the one named after the root's directory.", HelpName = "name" };
        Option<bool> json = new("--json") { Description = "With --http: print the URL and the client configurations as JSON." };
        Option<string> toolsets = Toolsets.Create("Which toolsets: names as in core,tasks, or all. Default: the setting toolsets, core.");
        Option<bool> readOnly = new("--read-only") { Description = "Offer only the tools that read. Default: the setting readOnly." };
        Command command = new("serve", "Run the MCP server: for one client over stdio, or for many over HTTP.\n\nExample: agentcraft serve --http --root ~/src/my-project")
        {
            stdio, http, url, Roots.StoreOption, project, Roots.SettingOption, json, toolsets, readOnly, Roots.Option,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(http) && result.GetValue(stdio))
                result.AddError("--stdio and --http exclude each other.");
            if (!result.GetValue(http) && (result.GetValue(url) is not null || result.GetValue(json)))
                result.AddError("--url and --json need --http.");
        });
        command.SetAction(result =>
        {
            StoreOptions where = Roots.StoreOptionsOf(result, result.GetValue(project));
            ToolOptions tools = new(result.GetValue(toolsets), result.GetValue(readOnly));
            return result.GetValue(http) ? HttpServing.Run(Roots.Of(result), result.GetValue(url), where, tools, result.GetValue(json))
                : StdioServing.Run(new(Roots.Of(result), tools, where));
        });
        return command;
    }
}
