/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;
import io.oversync.client.ConflictResolver;

/**
 * The resolvers that the page offers.
 */
enum ResolverChoice {

	/** {@link ConflictResolver#serverWins()}. */
	SERVER(ConflictResolver.serverWins()),

	/** {@link ConflictResolver#clientWins()}. */
	CLIENT(ConflictResolver.clientWins()),

	/** {@link ConflictResolver#threeWayMerge()}. */
	MERGE(ConflictResolver.threeWayMerge());

	private final ConflictResolver resolver;

	ResolverChoice(ConflictResolver resolver) {
		this.resolver = resolver;
	}

	ConflictResolver resolver() {
		return this.resolver;
	}

	@JsonValue
	String id() {
		return name().toLowerCase(Locale.ROOT);
	}

	static ResolverChoice of(String id) {
		for (ResolverChoice choice : values()) {
			if (choice.id().equals(id)) {
				return choice;
			}
		}
		throw DemoException.invalid("There is no such resolver.");
	}

}
