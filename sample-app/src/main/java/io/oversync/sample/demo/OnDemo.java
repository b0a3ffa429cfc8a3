/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * On with the sample's own database, off with a database of the user's own, unless
 * {@code sample.demo.enabled} says otherwise.
 */
final class OnDemo implements Condition {

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Environment environment = context.getEnvironment();
		boolean ownDatabase = !isOfTheUser(environment);
		return environment.getProperty("sample.demo.enabled", Boolean.class, ownDatabase);
	}

	static boolean isOfTheUser(Environment environment) {
		return environment.containsProperty("spring.datasource.url");
	}

}
