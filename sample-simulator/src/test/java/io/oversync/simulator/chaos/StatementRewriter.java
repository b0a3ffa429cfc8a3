package io.oversync.simulator.chaos;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.SyncService;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import net.ttddyy.dsproxy.transform.QueryTransformer;
import net.ttddyy.dsproxy.transform.TransformInfo;

/**
 * Changes some of the engine's statements on their way to the database.
 */
final class StatementRewriter implements QueryTransformer {

	private static final SyncActor CHECKER = new SyncActor("planted-bug-check", "planted-bug-check");

	private final List<Rewrite> rewrites;

	private final Set<Rewrite> seen = ConcurrentHashMap.newKeySet();

	StatementRewriter(Rewrite... rewrites) {
		this.rewrites = List.of(rewrites);
	}

	DataSource around(DataSource real) {
		return ProxyDataSourceBuilder.create(real).queryTransformer(this).build();
	}

	@Override
	public String transformQuery(TransformInfo info) {
		String original = info.getQuery();
		String sql = original;
		for (Rewrite rewrite : this.rewrites) {
			if (original.contains(rewrite.mark()) && sql.contains(rewrite.text())) {
				sql = sql.replace(rewrite.text(), rewrite.replacement());
				this.seen.add(rewrite);
			}
		}
		return sql;
	}

	/**
	 * Uploads a row twice, for a user that nobody else is, and requires that every
	 * rewrite had something to do: a bug must not go away when the engine's SQL changes.
	 * @param service the engine
	 */
	void requireUseIn(SyncService service) {
		String pk = UUID.randomUUID().toString();
		UploadChange change = new UploadChange(1, "business", "categories", "INSERT", pk, 0,
				Payload.of("{\"id\":\"" + pk + "\",\"name\":\"check\"}"));
		service.upload(CHECKER, new UploadRequest(0, List.of(change)));
		service.upload(CHECKER, new UploadRequest(0, List.of(change)));
		List<Rewrite> unused = this.rewrites.stream().filter((rewrite) -> !this.seen.contains(rewrite)).toList();
		if (!unused.isEmpty()) {
			throw new IllegalStateException("No statement of the engine matches " + unused);
		}
	}

	/**
	 * A piece of a statement and what is sent instead.
	 *
	 * @param mark what only the statement in question has
	 * @param text the piece
	 * @param replacement with the same parameters
	 */
	record Rewrite(String mark, String text, String replacement) {
	}

}
