/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

/**
 * The queries of a download, each preceded by that of the stream.
 */
final class PageSql {

	/**
	 * The stream, and the names of some of its sources: one row for each, of which most
	 * users have few. No names where the head does not lie behind the cursor.
	 */
	private static final String STREAM = """
			SELECT s.stream_id, s.head_server_id, own.source_no AS own_source_no,
			       EXISTS (
			         SELECT 1 FROM sync.restore r
			         WHERE r.stream_id = ? AND r.source_no = own.source_no AND NOT r.acknowledged) AS has_restores,
			       %s AS has_captured, %s AS revoked, s.adopted,
			       d.source_no, d.source_id
			FROM sync.stream s
			LEFT JOIN LATERAL (
			  SELECT d.source_no FROM sync.source d WHERE d.source_id = ? AND d.stream_id = ? LIMIT 1) own ON true
			LEFT JOIN LATERAL (
			  SELECT d.source_no, d.source_id FROM sync.source d
			  WHERE d.stream_id = ? AND s.head_server_id > ? LIMIT 8) d ON true
			WHERE s.stream_id = ? AND s.user_id = ?""".formatted(CapturedRowStore.WAIT, DeviceStore.REVOKED);

	/**
	 * Which deletes the stream knows, in the snapshot of the rows that are read with it:
	 * none of them has lost its delete to an expiry that this does not show. The device
	 * is looked up only where that matters.
	 */
	private static final String RETAINED = """
			(SELECT s.stream_id, s.retained_since, s.expired_rows, coalesce(s.retained_since > ? AND (
			          SELECT v.begun_since = s.retained_since AND v.begun_expired = s.expired_rows AND v.begun_schema = ?
			            AND v.acknowledged <= ?
			          FROM sync.device v
			          WHERE v.stream_id = s.stream_id AND v.source_id = ?), false) AS begun
			 FROM sync.stream s
			 WHERE s.stream_id = ? AND s.user_id = ?
			 OFFSET 0) k""";

	private static final String ANY_SCHEMA = "";

	private static final String ONE_SCHEMA = """

			AND c.table_id = ANY (ARRAY(SELECT t.table_id FROM sync.synced_table t WHERE t.schema_name = ?))""";

	/**
	 * The first rows of a page, before anything is known but the user and the id that the
	 * stream probably has: it may be that of another user. Withholds payloads above a
	 * size, which it learns without reading those that are stored apart.
	 */
	private static final String FIRST = """
			SELECT k.retained_since, k.expired_rows, k.begun, p.*
			FROM %2$s
			LEFT JOIN LATERAL (
			  SELECT %1$s,
			         CASE WHEN pg_column_size(c.payload) <= ? AND (
			           pg_column_compression(c.payload) IS NULL OR octet_length(c.payload::text) <= ?)
			         THEN c.payload END AS payload
			  FROM sync.change c
			  WHERE c.stream_id = k.stream_id AND c.server_id > ? AND c.server_id <= ?
			    AND c.source_no <> COALESCE((
			      SELECT d.source_no FROM sync.source d WHERE d.stream_id = ? AND d.source_id = ?), -1)%3$s
			  ORDER BY c.server_id
			  LIMIT ?) p ON true
			ORDER BY p.server_id""";

	private static final String CHANGES = """
			FROM sync.change c
			WHERE c.stream_id = ? AND c.source_no <> ? AND c.server_id <= ?%s
			  AND c.server_id > %s
			ORDER BY c.server_id""";

	private static final String RESTORES = """
			FROM sync.restore r
			JOIN sync.change c ON c.stream_id = r.stream_id AND c.server_id = r.server_id
			WHERE r.stream_id = ? AND r.source_no = ? AND r.server_id <= ? AND NOT r.acknowledged%s
			  AND r.server_id > %s
			ORDER BY r.server_id""";

	/** The size of an uncompressed payload is known without reading it. */
	private static final String BYTES = """
			(%d + COALESCE(CASE WHEN pg_column_compression(c.payload) IS NULL THEN pg_column_size(c.payload)
			               ELSE octet_length(c.payload::text) END, 0))::bigint""".formatted(ChangeRow.OVERHEAD_BYTES);

	/**
	 * Walks from row to row until they are too many or too large together, and reads what
	 * fits. PostgreSQL reads no payload behind the first that does not fit.
	 */
	private static final String BLOCK = """
			WITH RECURSIVE walk AS (
			  (SELECT c.server_id, 1 AS number, %2$s AS bytes
			   %3$s
			   LIMIT 1)
			  UNION ALL
			  SELECT c.server_id, w.number + 1, w.bytes + c.bytes
			  FROM walk w
			  CROSS JOIN LATERAL (
			    SELECT c.server_id, %2$s AS bytes
			    %4$s
			    LIMIT 1) c
			  WHERE w.number <= ? AND w.bytes <= ?),
			block AS MATERIALIZED (
			  SELECT count(*) FILTER (WHERE w.number <= ? AND w.bytes <= ?) AS size, count(*) AS seen,
			         min(w.bytes) AS first_bytes
			  FROM walk w)
			SELECT k.retained_since, k.expired_rows, k.begun, b.size, b.seen > b.size AS followed, b.first_bytes, p.*
			FROM block b
			CROSS JOIN %5$s
			LEFT JOIN LATERAL (
			  SELECT %1$s, c.payload
			  %3$s
			  LIMIT b.size) p ON true
			ORDER BY p.server_id""";

	private static final String PAGE_END = "SELECT c.server_id\n%s\nLIMIT 2 OFFSET ?";

	private static final String RESTORE_COUNT = "SELECT count(*)\nFROM (SELECT r.server_id\n%s) r";

	private static final PageSql OF_ANY_SCHEMA = new PageSql(ANY_SCHEMA);

	private static final PageSql OF_ONE_SCHEMA = new PageSql(ONE_SCHEMA);

	private final KeyedQueries first;

	private final KeyedQueries changes;

	private final KeyedQueries restores;

	private final KeyedQueries pageEnd;

	private final KeyedQueries restoreCount;

	private PageSql(String schema) {
		this.first = behindStream(FIRST.formatted(ChangeRow.COLUMNS, RETAINED, schema));
		this.changes = behindStream(block(CHANGES, schema));
		this.restores = behindStream(block(RESTORES, schema));
		this.pageEnd = behindStream(PAGE_END.formatted(CHANGES.formatted(schema, "?")));
		this.restoreCount = KeyedQueries.of(RESTORE_COUNT.formatted(RESTORES.formatted(schema, "?")));
	}

	private static KeyedQueries behindStream(String query) {
		return KeyedQueries.of(STREAM, query);
	}

	private static String block(String rows, String schema) {
		return BLOCK.formatted(ChangeRow.COLUMNS, BYTES, rows.formatted(schema, "?"),
				rows.formatted(schema, "w.server_id"), RETAINED);
	}

	/** The query of a block of ordinary entries, by itself. */
	static String changesOf(boolean oneSchema) {
		return block(CHANGES, oneSchema ? ONE_SCHEMA : ANY_SCHEMA);
	}

	static PageSql of(boolean oneSchema) {
		return oneSchema ? OF_ONE_SCHEMA : OF_ANY_SCHEMA;
	}

	KeyedQueries first() {
		return this.first;
	}

	KeyedQueries changes() {
		return this.changes;
	}

	KeyedQueries restores() {
		return this.restores;
	}

	KeyedQueries pageEnd() {
		return this.pageEnd;
	}

	KeyedQueries restoreCount() {
		return this.restoreCount;
	}

}
