using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Audit;

/// <summary>Looks at the whole audit log, files and table, for rows that were changed, taken away, put in or moved.</summary>
public sealed class AuditCheck(Databases databases, AuditArchive archive)
{
    private const int PageLength = 1000;

    /// <summary>Reads all of it, from one snapshot.</summary>
    /// <param name="anchor">How far the log was once; null for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AuditVerification> Verify(AuditAnchor? anchor = null, CancellationToken cancellationToken = default)
    {
        if (!databases.HasCentral)
            return new() { Anchor = new AuditAnchor(0, AuditRow.Beginning).ToString() };
        return await databases.Central.ReadLong(c => Verify(c, new AuditChain(anchor), cancellationToken), cancellationToken);
    }

    private AuditVerification Verify(Connection c, AuditChain chain, CancellationToken cancellationToken)
    {
        // Whoever can empty it is told apart from a log that nothing was ever written to.
        AuditHead? head = c.First<AuditHead>("SELECT entries, hash, archived, archived_hash, archived_seq FROM audit_head");
        FollowFiles(chain, head);
        for (long seq = 0; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<AuditRow> rows = c.Query<AuditRow>($"SELECT {AuditLog.Columns} FROM audit_log WHERE seq > @Seq ORDER BY seq LIMIT @Limit", new { Seq = seq, Limit = PageLength });
            rows.ForEach(chain.Follow);
            if (rows.Count < PageLength)
                break;
            seq = rows[^1].Seq;
        }
        if (head is null)
            chain.Add(AuditFault.EndMissing, null, "The table audit_head, which says where the log ends, is empty.");
        else
            chain.End(head);
        return new() { Checked = chain.Count, Archived = head?.Archived ?? 0, Anchor = new AuditAnchor(chain.Count, chain.Hash).ToString(), Faults = chain.Faults };
    }

    private void FollowFiles(AuditChain chain, AuditHead? head)
    {
        if (head is not { Archived: > 0 })
            return;
        foreach (AuditRow row in archive.Read(head.Archived))
            chain.Follow(row);
        if (chain.Count < head.Archived)
            chain.Add(AuditFault.ArchiveMissing, null, $"Rows {chain.Count + 1} to {head.Archived} were put away, and are not in {archive.Folder}.");
        else if (chain.Hash != head.ArchivedHash)
            chain.Add(AuditFault.Broken, null, "The last row in the files is not the one that was put away last.");
        if (chain.Count < head.Archived)
            chain.Skip(head.Archived, head.ArchivedHash);
    }
}
