import type { EntityCard, LinksCommand, LinksView, PortalMapping, Preset, View } from './types';

const PRESETS: Record<Preset, string> = {
  ut: 'Документ.ЗаказКлиента',
  unf: 'Документ.ЗаказПокупателя',
  bp: 'Документ.СчетНаОплатуПокупателю',
  erp: 'Документ.ЗаказКлиента',
  ka: 'Документ.ЗаказКлиента',
};

/** The state after a command about links that was accepted. */
export function afterLinks(view: View, command: LinksCommand): View {
  const show = (links: Partial<LinksView>): View => ({ ...view, links: { ...view.links, ...links } });
  const keep = (mapping: PortalMapping): View => {
    const others = view.settings.mappings.filter((known) => known.portal !== mapping.portal);
    return { ...view, settings: { ...view.settings, mappings: [...others, mapping] } };
  };
  switch (command.ask) {
    case 'setMapping':
      return keep(command.mapping);
    case 'addPreset': {
      const known = view.settings.mappings.find((mapping) => mapping.portal === command.portal);
      const mapping = known ?? { portal: command.portal, fields: [], linkField: 'UF_CRM_HOTSTART', originators: [], kinds: [], templates: [] };
      const kind = { entity: 'deal', base: command.base, object: PRESETS[command.preset], attribute: null, field: null };
      return keep({ ...mapping, kinds: [...mapping.kinds, kind] });
    }
    case 'preview': {
      const empty = command.text.endsWith('127');
      return show({
        preview: {
          portal: command.portal, card: card(command.portal, command.text, 'Поставка плитки'), running: false, cached: false, failure: null,
          objects: empty
            ? []
            : [
                {
                  link: 'hotstart://onec/ut/e1cib/data/Документ.ЗаказКлиента?ref=b7e4001517de6ff211e0b4c1d2a3f455', label: 'Заказ клиента 0000-000123',
                  kind: 'Документ.ЗаказКлиента', base: 'Управление торговлей', origin: { kind: 'field', name: 'UF_CRM_1732558654060' },
                },
              ],
          creations: empty ? [{ object: 'Документ.ЗаказКлиента', base: 'Управление торговлей' }] : [],
        },
      });
    }
    case 'entityOf':
      return view;
    case 'askByHand':
      return show({ byHand: card(command.portal, command.text, 'Поставка плитки') });
    case 'linkByHand':
      return show({ byHand: null });
    case 'loadProcesses':
      return show({ processes: [{ portal: command.portal, processes: [{ entity: '128', id: 4, title: 'Отгрузка' }] }] });
    case 'makeFields':
      return show({
        fields: {
          portal: command.portal, running: false, failure: null,
          made: command.types.map((entity) => ({
            entity, name: 'UF_CRM_HOTSTART', pattern: `hotstart://crm/${command.portal}/${entity}/{{ID}}`, known: entity === 'deal', failure: null,
          })),
        },
      });
    case 'writeLinks':
      return show({ writing: { portal: command.portal, entity: command.types[0] ?? null, seen: 150, written: 120, failed: 0, state: 'running', failure: null } });
    case 'cancelWriting':
      return show({ writing: view.links.writing && { ...view.links.writing, state: 'cancelled' } });
  }
}

function card(portal: string, entity: string, title: string): EntityCard {
  return { portal, entity, title, icon: 'deal', link: `hotstart://b24/${portal}/crm/deal/details/${entity.replace(/\D/g, '')}/` };
}
