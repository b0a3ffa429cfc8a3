/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A table, as it is on the devices and as it is on the server. Values of both are turned
 * into texts that are equal if the values are.
 *
 * @param schema its schema on the server
 * @param sqlName its name, the same on devices and server
 * @param ownerColumn the server's column with the name of the user
 * @param columns the key first
 */
public record TableModel(String schema, String sqlName, String ownerColumn, List<ColumnModel> columns) {

	/**
	 * Returns the name with the schema.
	 * @return such as {@code business.users}
	 */
	public String qualifiedName() {
		return this.schema + "." + this.sqlName;
	}

	/**
	 * Names a row.
	 * @param key its key, a dashed UUID
	 * @return {@code "users 550e…"}
	 */
	public String rowName(String key) {
		return this.sqlName + " " + key;
	}

	/**
	 * Returns the key.
	 * @return the first column
	 */
	public ColumnModel key() {
		return this.columns.get(0);
	}

	/**
	 * Returns the columns but for the key.
	 * @return in their order
	 */
	public List<ColumnModel> others() {
		return this.columns.subList(1, this.columns.size());
	}

	/**
	 * Returns the column that names the writer of a row.
	 * @return a required text
	 */
	public ColumnModel label() {
		return this.columns.stream()
			.filter((column) -> column.required() && column.kind() == Kind.TEXT)
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Returns the statement that creates the table on a device.
	 * @return {@code CREATE TABLE …}
	 */
	public String ddl() {
		return "CREATE TABLE " + this.sqlName + " ("
				+ this.columns.stream().map(ColumnModel::ddl).collect(Collectors.joining(", ")) + ")";
	}

	/**
	 * Returns the names of the columns.
	 * @return separated by commas
	 */
	public String columnList() {
		return this.columns.stream().map(ColumnModel::name).collect(Collectors.joining(", "));
	}

	/** Returns the values of an after-image as texts. */
	List<String> texts(JsonNode payload) {
		return this.columns.stream().map((column) -> column.kind().text(payload.get(column.name()))).toList();
	}

	/**
	 * A column.
	 *
	 * @param name on both sides
	 * @param kind what it holds
	 * @param required whether a value is required
	 * @param parent the table that it refers to, or empty
	 * @param cascading whether the row is deleted with its parent
	 */
	public record ColumnModel(String name, Kind kind, boolean required, String parent, boolean cascading) {

		/**
		 * Returns a key.
		 * @param kind its type
		 * @return a column {@code id}
		 */
		public static ColumnModel key(Kind kind) {
			return new ColumnModel("id", kind, true, "", false);
		}

		/**
		 * Returns a column that always holds a value.
		 * @param name its name
		 * @param kind its type
		 * @return the column
		 */
		public static ColumnModel required(String name, Kind kind) {
			return new ColumnModel(name, kind, true, "", false);
		}

		/**
		 * Returns a column that may be empty.
		 * @param name its name
		 * @param kind its type
		 * @return the column
		 */
		public static ColumnModel of(String name, Kind kind) {
			return new ColumnModel(name, kind, false, "", false);
		}

		/**
		 * Returns a reference that refuses deletes.
		 * @param name its name
		 * @param kind its type
		 * @param parent the table that it refers to
		 * @return the column
		 */
		public static ColumnModel reference(String name, Kind kind, String parent) {
			return new ColumnModel(name, kind, false, parent, false);
		}

		/**
		 * Returns a reference that is deleted with its parent.
		 * @param name its name
		 * @param kind its type
		 * @param parent the table that it refers to
		 * @return the column
		 */
		public static ColumnModel cascading(String name, Kind kind, String parent) {
			return new ColumnModel(name, kind, true, parent, true);
		}

		String ddl() {
			return this.name + " " + this.kind.sqlite + (this.name.equals("id") ? " PRIMARY KEY" : "")
					+ (this.required ? " NOT NULL" : "")
					+ (this.parent.isEmpty() ? "" : " REFERENCES " + this.parent + " (id)"
							+ (this.cascading ? " ON DELETE CASCADE" : "") + " DEFERRABLE INITIALLY DEFERRED");
		}

		/** Returns the expression that reads the column on the server. */
		String serverExpression() {
			return this.kind.server.replace("?", this.name);
		}

	}

	/**
	 * The types of values in columns.
	 */
	public enum Kind {

		UUID("TEXT", "?::text"), BLOB_UUID("BLOB", "?::text"), TEXT("TEXT", "?"), BYTES("BLOB", "encode(?, 'hex')"),
		INTEGER("INTEGER", "?::text"), BOOLEAN("INTEGER", "?::int::text"), REAL("REAL", "?::text"),
		DECIMAL("REAL", "?::text"),
		TIMESTAMP("TEXT", "to_char(? at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"), DATE("TEXT", "?::text"),
		JSON("TEXT", "?::text"), ARRAY("TEXT", "?::text");

		private static final JsonMapper mapper = new JsonMapper();

		private final String sqlite;

		private final String server;

		Kind(String sqlite, String server) {
			this.sqlite = sqlite;
			this.server = server;
		}

		/** Returns the text of a value from SQLite or PostgreSQL. */
		String text(@Nullable Object value) {
			if (value == null) {
				return "NULL";
			}
			if (value instanceof byte[] bytes) {
				return (this == BLOB_UUID) ? uuid(bytes).toString() : HexFormat.of().formatHex(bytes);
			}
			return switch (this) {
				case REAL -> Double.toString(Double.parseDouble(value.toString()));
				case INTEGER, BOOLEAN, DECIMAL -> new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
				case ARRAY -> array(value.toString());
				default -> value.toString();
			};
		}

		/**
		 * Returns the text of a payload's value.
		 * @param json the value, or null if it is missing
		 * @return equal to what devices and server show if the values are
		 */
		public String text(@Nullable JsonNode json) {
			if (json == null || json.isNull()) {
				return "NULL";
			}
			String text = json.asString();
			boolean encoded = this == BYTES || (this == BLOB_UUID && text.endsWith("="));
			return encoded ? text(Base64.getDecoder().decode(text)) : text((Object) text);
		}

		/** An array in JSON is one in the form of PostgreSQL, too. */
		private static String array(String text) {
			return text.startsWith("[") ? mapper.readTree(text)
				.valueStream()
				.map(JsonNode::asString)
				.collect(Collectors.joining(",", "{", "}")) : text;
		}

		static UUID uuid(byte[] bytes) {
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			return new UUID(buffer.getLong(), buffer.getLong());
		}

		/**
		 * Returns a key as the column holds it on a device.
		 * @param uuid the key
		 * @return a text or 16 bytes
		 */
		public Object key(UUID uuid) {
			return (this == BLOB_UUID) ? ByteBuffer.allocate(16)
				.putLong(uuid.getMostSignificantBits())
				.putLong(uuid.getLeastSignificantBits())
				.array() : uuid.toString();
		}

	}

}
