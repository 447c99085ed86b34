using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Outputs;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What agents make.</summary>
internal sealed partial class OutputTools(Stores stores)
{
    /// <summary>Records what you made as the newest version of its path: the content, or with fromFile the project's file there. Equal contents
    /// are kept once.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="path">Relative to the project</param>
    /// <param name="type">Default file</param>
    /// <param name="content">Up to 2 MiB</param>
    /// <param name="encoding">Of content; default text</param>
    /// <param name="fromFile">true instead of content</param>
    /// <param name="session">Default: current</param>
    /// <param name="idempotencyKey">Same key: done once</param>
    [McpServerTool(Name = "record_output", Title = "Record output", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Outputs)]
    public partial Task<RecordedOutput> RecordOutput(
        ToolCall call, string path, string? agent = null, OutputType? type = null, string? content = null, ContentEncoding? encoding = null, bool? fromFile = null,
        string? session = null, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        if (content is null != (fromFile ?? false) || (content is null && encoding is not null))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass either content or fromFile: true.",
                "content: \"…\" (with encoding: \"base64\" for bytes), or fromFile: true to have the server read path below the project's root.");
        return stores.Outputs.Record(new()
        {
            Agent = call.Me(agent), Path = path, Type = type ?? OutputType.File, Content = content, Encoding = encoding ?? ContentEncoding.Text, Session = session,
        }, idempotencyKey, cancellationToken);
    }

    /// <summary>Lists recorded outputs, every version, newest first, without contents. list_output_paths has only the newest of each path.</summary>
    /// <param name="project">Default: this root's</param>
    /// <param name="agent">By this agent</param>
    /// <param name="type">This type</param>
    /// <param name="path">A path, or a directory ending in /</param>
    /// <param name="session">Of this session</param>
    /// <param name="since">From, ISO 8601</param>
    /// <param name="until">Before</param>
    /// <param name="order">desc: newest first</param>
    /// <param name="limit">Default 20, max 200</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_outputs", Title = "List outputs", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Outputs)]
    public partial Task<OutputPage> ListOutputs(
        string? project = null, string? agent = null, OutputType? type = null, string? path = null, string? session = null, string? since = null,
        string? until = null, ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.OutputLists.List(
            new() { Project = project, Agent = agent, Type = type, Path = path, Session = session, Range = TimeRange.Parse(since, until) },
            new() { Order = order ?? ListOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Reads what an output holds, or with diff what changed since the version before, as a unified diff. Bytes come as base64; long
    /// contents in parts.</summary>
    /// <param name="id">Its id</param>
    /// <param name="path">Or its path</param>
    /// <param name="version">Of path; default the newest</param>
    /// <param name="project">Of path; default this root's own</param>
    /// <param name="diff">true for the diff</param>
    /// <param name="offset">nextOffset of the last part</param>
    [McpServerTool(Name = "get_output", Title = "Get output", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Outputs)]
    public partial Task<OutputPart> GetOutput(
        string? id = null, string? path = null, int? version = null, string? project = null, bool? diff = null, int? offset = null,
        CancellationToken cancellationToken = default)
    {
        if (id is null == path is null || (id is not null && (version is not null || project is not null)))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass either id or path; version and project go with path.", "list_outputs shows both.");
        return stores.OutputReading.Get(new() { Id = id, Path = path, Version = version, Project = project, Diff = diff ?? false, Offset = offset ?? 0 }, cancellationToken);
    }

    /// <summary>Finds words in what outputs hold: all must occur. Searches the newest version of each path, returns excerpts with the places of the
    /// matches; get_output has the rest.</summary>
    /// <param name="query">Words, "a phrase", prefix*</param>
    /// <param name="project">Default: this root's</param>
    /// <param name="agent">By this agent</param>
    /// <param name="type">This type</param>
    /// <param name="path">A path, or a directory ending in /</param>
    /// <param name="allVersions">true: earlier versions too</param>
    /// <param name="order">desc: newest first</param>
    /// <param name="limit">Default 20, max 200</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "search_outputs", Title = "Search outputs", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Outputs)]
    public partial Task<OutputHitPage> SearchOutputs(
        string query, string? project = null, string? agent = null, OutputType? type = null, string? path = null, bool? allVersions = null,
        ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.OutputSearch.Find(query, new() { Project = project, Agent = agent, Type = type, Path = path }, allVersions ?? false,
            new() { Order = order ?? ListOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Lists the paths under which outputs were recorded, each with its newest version, first recorded first.</summary>
    /// <param name="project">Default: this root's</param>
    /// <param name="path">A directory ending in /</param>
    /// <param name="agent">Newest by this agent</param>
    /// <param name="type">Newest of this type</param>
    /// <param name="limit">Default 20, max 200</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_output_paths", Title = "List output paths", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Outputs)]
    public partial Task<OutputPathPage> ListOutputPaths(
        string? project = null, string? path = null, string? agent = null, OutputType? type = null, int? limit = null, string? cursor = null,
        CancellationToken cancellationToken = default) =>
        stores.OutputLists.ListPaths(new() { Project = project, Path = path, Agent = agent, Type = type }, Paging.Limit(limit), cursor, cancellationToken);
}
