package io.oversync.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

public final class PayloadMembers {

	private static final JsonMapper M = new JsonMapper();

	public static Map<String, JsonValue> read(byte[] b) {
		Map<String, JsonValue> m = new LinkedHashMap<>();
		M.readTree(b)
			.properties()
			.forEach(
					(e) -> m.put(e.getKey(),
							e.getValue().isString() ? new JsonValue(JsonValue.Type.STRING, e.getValue().asString())
									: new JsonValue(
											e.getValue().isNull() ? JsonValue.Type.NULL
													: e.getValue().isNumber() ? JsonValue.Type.NUMBER
															: e.getValue().isBoolean()
																	? (e.getValue().booleanValue() ? JsonValue.Type.TRUE
																			: JsonValue.Type.FALSE)
																	: e.getValue().isObject() ? JsonValue.Type.OBJECT
																			: JsonValue.Type.ARRAY,
											e.getValue().toString())));
		return m;
	}

}
