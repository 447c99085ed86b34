using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Configuration;

/// <summary>Follows what files refer to, by name, at the time of reading.</summary>
internal sealed class ConfigReferences(Func<string, ConfigShelf> shelfOf)
{
    private const int Deepest = 32;

    /// <summary>Everything that a file stands on, each once and after what it stands on itself; the file is the last.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> naming both ends of a reference that leads nowhere, in a circle, or to a
    /// file that cannot be used; <c>secret_refused</c>.</exception>
    public IReadOnlyList<ConfigDocument> Closure(ConfigDocument start)
    {
        List<ConfigDocument> found = [];
        Visit(start, [], found);
        return found;
    }

    /// <summary>What is wrong with the file's own references.</summary>
    public IEnumerable<ConfigFault> Faults(ConfigDocument document)
    {
        if (document.Root is null)
            yield break;
        foreach (ConfigReference reference in document.Entry.Kind.ReferencesOf(document.Root))
            if (Find(reference) is not { } target)
                yield return Dangling(reference);
            else if (CircleOf(document, reference, target) is { } circle)
                yield return circle;
    }

    private void Visit(ConfigDocument document, List<Step> way, List<ConfigDocument> found)
    {
        foreach (ConfigReference reference in document.Entry.Kind.ReferencesOf(document.Usable))
        {
            ConfigDocument target = Find(reference) ?? throw document.Error(Dangling(reference));
            List<Step> on = [.. way, new(document, reference)];
            if (on.Exists(step => IsSame(step.From, target)))
                throw document.Error(Circular(on, target));
            if (on.Count > Deepest)
                throw document.Error(new(reference.Place, $"this is the {Deepest + 1}th reference in a row, from {on[0].From.Shown} on. Refer to fewer files through others."));
            if (found.Exists(done => IsSame(done, target)))
                continue;
            if (target.Faults.Count > 0)
                throw document.Error(new(reference.Place, $"the {reference.Kind} '{reference.Name}' cannot be used. {target.Describe(target.Faults[0])}", target.Faults[0].Code));
            Visit(target, on, found);
        }
        found.Add(document);
    }

    private ConfigDocument? Find(ConfigReference reference) => shelfOf(reference.Kind).Load(reference.Name);

    private ConfigFault Dangling(ConfigReference reference)
    {
        ConfigShelf shelf = shelfOf(reference.Kind);
        return new(reference.Place, $"there is no {reference.Kind} '{OneLine.Short(reference.Name, 60)}' ({shelf.Format.OwnFolder}/{OneLine.Short(reference.Name, 60)}.yaml does not exist, nor does one ship). "
            + $"{Text.DidYouMean(OneLine.Short(reference.Name, 60), shelf.Names)}Create that file, or take the reference out.");
    }

    /// <summary>The way from a reference back to the file that it stands in, if there is one.</summary>
    private ConfigFault? CircleOf(ConfigDocument start, ConfigReference first, ConfigDocument target)
    {
        HashSet<string> seen = [];
        Stack<(ConfigDocument At, List<Step> Way)> open = new([(target, [new(start, first)])]);
        while (open.TryPop(out var next))
        {
            if (IsSame(next.At, start))
                return Circular(next.Way, start);
            if (next.At.Root is null || !seen.Add(next.At.Entry.Path))
                continue;
            foreach (ConfigReference reference in next.At.Entry.Kind.ReferencesOf(next.At.Root))
                if (Find(reference) is { } further)
                    open.Push((further, [.. next.Way, new(next.At, reference)]));
        }
        return null;
    }

    private static ConfigFault Circular(List<Step> way, ConfigDocument back)
    {
        int start = way.FindIndex(step => IsSame(step.From, back));
        return new(way[^1].Reference.Place,
            $"this closes a circle: {string.Join(" → ", way[start..].Select(step => $"{step.From.Entry.Kind.Name} '{step.From.Name}' ({step.From.Entry.Path}, line {step.Reference.Place.Line})"))} → {back.Entry.Kind.Name} '{back.Name}'. Take one of these references out.");
    }

    private static bool IsSame(ConfigDocument one, ConfigDocument other) => one.Entry.Path == other.Entry.Path;

    private sealed record Step(ConfigDocument From, ConfigReference Reference);
}
