/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

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
 * Changes some of the statements of the engine, or of a client, on their way to the
 * database.
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
	 * Uploads a row twice and deletes one that others refer to, for a separate user, and
	 * requires that every rewrite had an effect: a bug must not disappear when the
	 * engine's SQL changes.
	 * @param service the engine
	 */
	void requireUseIn(SyncService service) {
		String parent = UUID.randomUUID().toString();
		UploadChange change = insert(1, parent, "null");
		service.upload(CHECKER, new UploadRequest(0, List.of(change)));
		service.upload(CHECKER, new UploadRequest(0, List.of(change)));
		UploadChange child = insert(2, UUID.randomUUID().toString(), "\"" + parent + "\"");
		service.upload(CHECKER, new UploadRequest(0, List.of(child)));
		UploadChange delete = new UploadChange(3, "business", "categories", "DELETE", parent, 1, null);
		service.upload(CHECKER, new UploadRequest(0, List.of(delete)));
		requireUse();
	}

	/** Requires that every rewrite has had an effect by now. */
	void requireUse() {
		List<Rewrite> unused = this.rewrites.stream().filter((rewrite) -> !this.seen.contains(rewrite)).toList();
		if (!unused.isEmpty()) {
			throw new IllegalStateException("No statement matches " + unused);
		}
	}

	private static UploadChange insert(long id, String pk, String parent) {
		return new UploadChange(id, "business", "categories", "INSERT", pk, 0,
				Payload.of("{\"id\":\"" + pk + "\",\"name\":\"check\",\"parent_id\":" + parent + "}"));
	}

	/**
	 * A piece of a statement and its replacement.
	 *
	 * @param mark a text that only this statement has
	 * @param text the piece
	 * @param replacement the replacement, with the same parameters
	 */
	record Rewrite(String mark, String text, String replacement) {
	}

}
