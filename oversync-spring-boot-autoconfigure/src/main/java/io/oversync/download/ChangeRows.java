package io.oversync.download;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;

import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.Payload;
import io.oversync.store.ChangeStore;

/**
 * Reads the rows of a page: fetches as many at a time as fit their payloads.
 */
final class ChangeRows {

	/** The columns that {@link #read} needs, of {@code sync.change c}. */
	static final String COLUMNS = "c.server_id, c.table_id, c.op, c.pk, c.payload, c.version, c.source_no,"
			+ " c.source_change_id, c.ts";

	private final Names names;

	private final FetchSize fetchSize = new FetchSize();

	ChangeRows(Names names) {
		this.names = names;
	}

	DownloadedChange read(ResultSet resultSet) throws SQLException {
		byte[] payload = resultSet.getBytes("payload");
		if (this.fetchSize.endsBlock((payload != null) ? payload.length : 0)) {
			resultSet.setFetchSize(this.fetchSize.next());
		}
		return new DownloadedChange(resultSet.getLong("server_id"), this.names.table(resultSet.getInt("table_id")),
				ChangeStore.operation(resultSet.getString("op")), resultSet.getObject("pk", UUID.class),
				(payload != null) ? new Payload(Payload.Kind.OBJECT, payload) : null, resultSet.getLong("version"),
				this.names.source(resultSet.getInt("source_no")), resultSet.getLong("source_change_id"),
				resultSet.getObject("ts", OffsetDateTime.class).toInstant());
	}

}
