namespace AgentCraft.Data.Claims;

/// <summary>
/// A pattern as a nondeterministic automaton: each state has at most one step on a character, and free steps. Two kinds of steps are free
/// only at the beginning of a name: over a slash, so that <c>**/a</c> matches <c>a</c>, and, after a slash, from the end into everything,
/// so that <c>src/</c> means what is below <c>src</c>. Neither is when a star has matched nothing there: <c>a/*/b</c> is not <c>a/b</c>.
/// </summary>
internal sealed class GlobAutomaton
{
    private const int Other = 3;

    private readonly List<State> _states = [];

    public GlobAutomaton(IReadOnlyList<GlobNode> nodes)
    {
        int start = Add();
        End = Build(nodes, start);
        // Reached only after a slash: see above.
        Below = Add();
        Step(Below, CharSet.Any, Below);
    }

    public const int Start = 0;

    /// <summary>Accepts, and leads to <see cref="Below"/> after a slash.</summary>
    public int End { get; }

    /// <summary>Accepts, whatever follows.</summary>
    public int Below { get; }

    public int Count => _states.Count;

    public State this[int index] => _states[index];

    /// <summary>True when some match has a name that is exactly two dots, each written as such.</summary>
    public bool NamesParent()
    {
        HashSet<(int State, int Dots)> seen = [];
        Stack<(int State, int Dots)> next = new([(Start, 0)]);
        while (next.TryPop(out (int State, int Dots) at))
        {
            if (!seen.Add(at))
                continue;
            State state = _states[at.State];
            if (at.Dots == 2 && (at.State == End || state.On?.Contains('/') == true))
                return true;
            foreach (int free in state.Free)
                next.Push((free, at.Dots));
            if (state.OverSlash >= 0 && at.Dots == 0)
                next.Push((state.OverSlash, 0));
            if (state.On is not { } set)
                continue;
            if (set.Contains('/'))
                next.Push((state.To, 0));
            if (set.IsExplicit && set.Contains('.'))
                next.Push((state.To, at.Dots is 0 or 1 ? at.Dots + 1 : Other));
            next.Push((state.To, Other));
        }
        return false;
    }

    private int Build(IReadOnlyList<GlobNode> nodes, int from)
    {
        foreach (GlobNode node in nodes)
            from = Build(node, from);
        return from;
    }

    private int Build(GlobNode node, int from)
    {
        int to = Add();
        switch (node)
        {
            case GlobNode.One one:
                Step(from, one.Set, to);
                break;
            case GlobNode.Separator:
                Step(from, CharSet.Slash, to);
                _states[from].OverSlash = to;
                break;
            case GlobNode.Star or GlobNode.Directories:
                int loop = Add();
                _states[loop].IsStar = node is GlobNode.Star;
                Step(loop, node is GlobNode.Star ? CharSet.NoSlash : CharSet.Any, loop);
                _states[from].Free.Add(loop);
                _states[loop].Free.Add(to);
                break;
            case GlobNode.Either either:
                foreach (IReadOnlyList<GlobNode> way in either.Ways)
                {
                    int begin = Add();
                    _states[from].Free.Add(begin);
                    _states[Build(way, begin)].Free.Add(to);
                }
                break;
        }
        return to;
    }

    private void Step(int from, CharSet on, int to) => (_states[from].On, _states[from].To) = (on, to);

    private int Add()
    {
        _states.Add(new());
        return _states.Count - 1;
    }

    /// <summary>A state and its steps.</summary>
    internal sealed class State
    {
        public CharSet? On { get; set; }
        public int To { get; set; }
        public List<int> Free { get; } = [];
        public int OverSlash { get; set; } = -1;
        public bool IsStar { get; set; }
    }
}
