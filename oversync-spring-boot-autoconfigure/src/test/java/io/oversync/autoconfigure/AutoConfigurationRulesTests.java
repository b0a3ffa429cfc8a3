/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.OrderUtils;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

class AutoConfigurationRulesTests {

	static List<Class<?>> autoConfigurations() {
		List<Class<?>> classes = ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.oversync."))
			.<Class<?>>map((name) -> ClassUtils.resolveClassName(name, null))
			.toList();
		assertThat(classes).contains(OversyncAutoConfiguration.class, OversyncSchemaAutoConfiguration.class);
		return classes;
	}

	@ParameterizedTest
	@MethodSource("autoConfigurations")
	void autoConfigurationsArePublicAndFinalWithoutPublicMembers(Class<?> type) {
		assertThat(type).hasAnnotation(AutoConfiguration.class);
		assertThat(Modifier.isPublic(type.getModifiers()) && Modifier.isFinal(type.getModifiers())).isTrue();
		Stream<Member> members = Stream.concat(Arrays.stream(type.getDeclaredMethods()),
				Arrays.stream(type.getDeclaredFields()));
		assertThat(members.filter((member) -> Modifier.isPublic(member.getModifiers()) && !member.isSynthetic()))
			.isEmpty();
	}

	@ParameterizedTest
	@MethodSource("autoConfigurations")
	void conditionsOnClassesAreNotOnBeanMethods(Class<?> type) {
		for (Method method : type.getDeclaredMethods()) {
			assertThat(method.isAnnotationPresent(Bean.class) && method.isAnnotationPresent(ConditionalOnClass.class))
				.as(method.toString())
				.isFalse();
		}
	}

	@Test
	void theFailureAnalyzerGoesBeforeSpringBootsWhateverTheOrderOfTheClassPath() {
		assertThat(OrderUtils.getOrder(OversyncStartupFailureAnalyzer.class)).isNotNull().isNegative();
	}

}
