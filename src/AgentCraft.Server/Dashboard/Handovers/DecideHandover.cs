using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Handovers;
using AgentCraft.Server.Dashboard.Markup;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Dashboard.Handovers;

/// <summary>Accepts or rejects a hand-over in the name of the token's agent.</summary>
internal sealed class DecideHandover(Stores stores)
{
    public async Task<Link> Accept(PageRequest request, IFormCollection form)
    {
        string id = request.Route("id"), corrections = form["corrections"].ToString().ReplaceLineEndings("\n");
        return Decided(request, "accept", await stores.HandoverLife.Accept(request.Writer!, id, corrections.Length == 0 ? null : corrections, request.Gone));
    }

    public async Task<Link> Reject(PageRequest request, IFormCollection form) => Decided(request, "reject",
        await stores.HandoverLife.Reject(request.Writer!, request.Route("id"), form["reason"].ToString().ReplaceLineEndings("\n"), request.Gone));

    private Link Decided(PageRequest request, string what, DecidedHandover decided)
    {
        stores.Audit.Note(new($"web_{what}_handover") { Principal = request.Visitor.Principal!.Source, Agent = request.Writer, Target = decided.Id, Remote = request.Visitor.Principal.Remote });
        return Link.To($"/handovers/{decided.Id}").With("version", $"{decided.Version}");
    }
}
