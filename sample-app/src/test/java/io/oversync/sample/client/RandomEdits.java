package io.oversync.sample.client;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;

import io.oversync.sample.client.SampleTable.Column;
import io.oversync.sample.client.SampleTable.Kind;

/**
 * What the users of an application do, by chance: it is the same for the same seed.
 */
final class RandomEdits {

	private static final List<String> TEXTS = List.of("", "milk", "O'Brien said \"no\" \\", "žluťoučký 🌍", "1.10",
			"00000000-0000-0000-0000-000000000001", "two\nlines\tand a tab", "x".repeat(3000));

	private final Random random;

	/** Every key that was ever used, so that deleted rows come back. */
	private final List<List<UUID>> used = new ArrayList<>();

	private long now = 1_700_000_000;

	RandomEdits(Random random) {
		this.random = random;
		for (int i = 0; i < SampleTable.values().length; i++) {
			this.used.add(new ArrayList<>());
		}
	}

	/** Does something to one row, and to those that refer to it. */
	void edit(Device device) {
		device.execute("BEGIN IMMEDIATE");
		try {
			editWithin(device);
			device.tryToExecute("COMMIT");
		}
		catch (SQLException ex) {
			// children are in the way
			device.execute("ROLLBACK");
		}
	}

	private void editWithin(Device device) throws SQLException {
		SampleTable table = SampleTable.values()[this.random.nextInt(SampleTable.values().length)];
		List<Object> keys = device.query("SELECT id FROM " + table.sqlName() + " ORDER BY id");
		int what = this.random.nextInt(100);
		if (keys.isEmpty() || what < 25) {
			insert(device, table, "INSERT INTO", newKey(table));
		}
		else if (what < 60) {
			update(device, table, oneOf(keys));
		}
		else if (what < 80) {
			delete(device, table, oneOf(keys));
		}
		else if (what < 90) {
			addAgain(device, table);
		}
		else if (what < 94) {
			insert(device, table, "INSERT OR REPLACE INTO", oneOf(keys));
		}
		else if (what < 97) {
			deleteAndAddAgain(device, table, oneOf(keys));
		}
		else {
			// a row whose key changes is another row
			device.tryToExecute("UPDATE " + table.sqlName() + " SET id = ? WHERE id = ?", newKey(table), oneOf(keys));
		}
	}

	/** Returns one of a few rather often, so that devices meet. */
	private Object oneOf(List<Object> keys) {
		return any(this.random.nextBoolean() ? keys.subList(0, Math.min(3, keys.size())) : keys);
	}

	private Object newKey(SampleTable table) {
		UUID key = new UUID(this.random.nextLong(), this.random.nextLong());
		this.used.get(table.ordinal()).add(key);
		return table.key().kind().key(key);
	}

	private void insert(Device device, SampleTable table, String insert, Object key) throws SQLException {
		List<Object> values = new ArrayList<>();
		values.add(key);
		table.others().forEach((column) -> values.add(value(device, column)));
		device.execute(
				insert + " " + table.sqlName() + " (" + table.columnList() + ") VALUES ("
						+ values.stream().map((value) -> "?").collect(Collectors.joining(", ")) + ")",
				values.toArray());
	}

	private void update(Device device, SampleTable table, Object key) throws SQLException {
		List<String> columns = new ArrayList<>();
		List<Object> values = new ArrayList<>();
		for (Column column : table.others()) {
			if (column.name().equals("updated_at") || this.random.nextInt(3) == 0) {
				columns.add(column.name() + " = ?");
				values.add(value(device, column));
			}
		}
		if (!columns.isEmpty()) {
			values.add(key);
			device.tryToExecute("UPDATE " + table.sqlName() + " SET " + String.join(", ", columns) + " WHERE id = ?",
					values.toArray());
		}
	}

	private void addAgain(Device device, SampleTable table) throws SQLException {
		List<UUID> gone = this.used.get(table.ordinal());
		if (!gone.isEmpty()) {
			Object key = table.key().kind().key(gone.get(this.random.nextInt(gone.size())));
			if (device.query("SELECT 1 FROM " + table.sqlName() + " WHERE id = ?", key).isEmpty()) {
				insert(device, table, "INSERT INTO", key);
			}
		}
	}

	private void deleteAndAddAgain(Device device, SampleTable table, Object key) throws SQLException {
		device.tryToExecute("DELETE FROM " + table.sqlName() + " WHERE id = ?", key);
		insert(device, table, "INSERT INTO", key);
		if (this.random.nextBoolean()) {
			delete(device, table, key);
		}
	}

	private void delete(Device device, SampleTable table, Object key) throws SQLException {
		boolean withChildren = this.random.nextBoolean();
		for (SampleTable child : SampleTable.values()) {
			for (Column column : child.others()) {
				if (column.parent().equals(table.sqlName())) {
					String children = " WHERE " + column.name() + " = ? AND id <> ?";
					if (!withChildren) {
						device.tryToExecute(
								"UPDATE " + child.sqlName() + " SET " + column.name() + " = NULL" + children, key, key);
					}
					else {
						for (Object id : device.query("SELECT id FROM " + child.sqlName() + children + " ORDER BY id",
								key, key)) {
							// a circle would never end
							device.tryToExecute(
									"UPDATE " + child.sqlName() + " SET " + column.name() + " = NULL WHERE id = ?", id);
							delete(device, child, id);
						}
					}
				}
			}
		}
		device.tryToExecute("DELETE FROM " + table.sqlName() + " WHERE id = ?", key);
	}

	private Object value(Device device, Column column) {
		if (!column.parent().isEmpty()) {
			List<Object> parents = device.query("SELECT id FROM " + column.parent() + " ORDER BY id");
			return (parents.isEmpty() || this.random.nextInt(5) == 0) ? null : oneOf(parents);
		}
		if (!column.required() && !column.name().equals("updated_at") && this.random.nextInt(5) == 0) {
			return null;
		}
		return switch (column.kind()) {
			case TEXT -> any(TEXTS) + Integer.toString(this.random.nextInt(100));
			// an empty one is NULL on the server where the column allows it
			case BYTES -> bytes(column.required() ? 0 : 1);
			case INTEGER -> this.random.nextBoolean() ? this.random.nextLong() : (Object) this.random.nextInt(3);
			case BOOLEAN -> this.random.nextInt(2);
			case REAL -> this.random.nextBoolean() ? this.random.nextGaussian() * 1e12 : (Object) 3.0;
			case DECIMAL -> this.random.nextInt(1_000_000) / 100.0;
			case TIMESTAMP -> Instant.ofEpochSecond(this.now++).toString();
			case DATE -> "2026-0" + (1 + this.random.nextInt(9)) + "-15";
			case JSON -> "{\"a\": [" + this.random.nextInt() + ", null]}";
			case ARRAY -> "{a,b" + this.random.nextInt(9) + "}";
			case UUID, BLOB_UUID -> column.kind().key(new UUID(this.random.nextLong(), this.random.nextLong()));
		};
	}

	private byte[] bytes(int shortest) {
		int length = (this.random.nextInt(20) == 0) ? 20_000 : shortest + this.random.nextInt(40);
		byte[] bytes = new byte[length];
		this.random.nextBytes(bytes);
		return bytes;
	}

	private <T> T any(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

}
