/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import tools.jackson.databind.JsonNode;

/**
 * Collects violations.
 */
final class Checks {

	private final List<Mismatch> mismatches = new ArrayList<>();

	List<Mismatch> mismatches() {
		return List.copyOf(this.mismatches);
	}

	boolean that(boolean holds, String path, String problem) {
		if (!holds) {
			this.mismatches.add(new Mismatch(path, problem));
		}
		return holds;
	}

	/** Requires these members, and others only where they are optional. */
	boolean members(JsonNode object, String path, Set<String> required, Set<String> optional) {
		if (!that(object.isObject(), path, "must be an object but is " + shown(object))) {
			return false;
		}
		Set<String> missing = new TreeSet<>(required);
		missing.removeAll(object.propertyNames());
		Set<String> unknown = new TreeSet<>(object.propertyNames());
		unknown.removeAll(required);
		unknown.removeAll(optional);
		missing.forEach((name) -> that(false, path + "." + name, "must be there"));
		unknown.forEach((name) -> that(false, path + "." + name, "is a member that clients do not know"));
		return missing.isEmpty();
	}

	boolean type(JsonNode object, String name, String type, String path) {
		JsonNode value = object.path(name);
		// missing members were reported already
		return value.isMissingNode() || that(Matchers.isOfType(type, value), path + "." + name,
				"must be of type " + type + " but is " + shown(value));
	}

	static String shown(JsonNode value) {
		return value.isMissingNode() ? "absent" : CaseTexts.cut(CaseJson.write(value), 200);
	}

}
