package io.oversync.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

public final class JsonText {

	private static final JsonMapper M = new JsonMapper();

	public static boolean sameContent(String a, String b) {
		return M.readTree(a).equals(M.readTree(b));
	}

	public static String withMember(String json, String name, @Nullable String value) {
		var n = (tools.jackson.databind.node.ObjectNode) M.readTree(json);
		n.put(name, value);
		return M.writeValueAsString(n);
	}

}
